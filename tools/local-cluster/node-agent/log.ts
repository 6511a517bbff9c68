/** One line per event on standard error; the agent's standard output holds only `node agent ready`. */
export function log(message: string, error?: unknown): void {
  const cause = error === undefined ? '' : `: ${describeError(error)}`;
  process.stderr.write(`${new Date().toISOString()} ${message}${cause}\n`);
}

/** The message with that of its cause: fetch reports "fetch failed" and hides why. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}
