/** History cannot be replayed as it was asked for. The message says what was found, and what to do next. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
