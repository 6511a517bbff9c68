/**
 * Why a call to the API server failed, as far as it changes what to do next.
 *
 * - `conflict`, `alreadyExists`: somebody was faster; decide again from fresh data.
 * - `notFound`: the object, its kind or its namespace is not there.
 * - `forbidden`, `unauthorized`: an administrator must act.
 * - `invalid`: the server refuses the content; the user must act.
 * - `throttled`: wait for `retryAfterMs`.
 * - `disruptionBudget`: a PodDisruptionBudget does not allow the eviction now; ask again later.
 * - `expired`: the resourceVersion of a watch or a page is too old; list again.
 * - `unreachable`: no answer, or a broken one; the write may or may not have happened.
 * - `serverError`: the server says that it failed.
 */
export type ClusterErrorKind =
  | 'conflict'
  | 'alreadyExists'
  | 'notFound'
  | 'forbidden'
  | 'unauthorized'
  | 'invalid'
  | 'throttled'
  | 'disruptionBudget'
  | 'expired'
  | 'unreachable'
  | 'serverError';

/** The one error type of the `Cluster` port. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly kind: ClusterErrorKind;
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** How long the server asks to wait, when it does. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: ClusterErrorKind,
    message: string,
    details: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  static is(error: unknown, ...kinds: ClusterErrorKind[]): error is ClusterError {
    return error instanceof ClusterError && (kinds.length === 0 || kinds.includes(error.kind));
  }
}
