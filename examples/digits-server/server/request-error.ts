/** A request that is answered by an error: `status` and a message for the body `{"error": ...}` of the protocol. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A 400 that names the field, what was found there, and what is accepted. */
export function invalid(field: string, found: unknown, accepted: string): RequestError {
  const shown = JSON.stringify(found) ?? 'nothing';
  return new RequestError(
    400,
    `${field}: found ${shown.length > 80 ? `${shown.slice(0, 77)}...` : shown}, accepted ${accepted}`,
  );
}
