/** A command line that cannot be understood, or a file that cannot be used: the message says what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
