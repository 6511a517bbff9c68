import type { Reason } from '../api/reasons.ts';

/** Why something was not taken by what a user or an administrator named outside of the cluster's API. */
export type OutboundReason = Extract<
  Reason,
  'SecretUnavailable' | 'AddressRefused' | 'TargetUnreachable' | 'TargetRefused' | 'NotificationsSwitchedOff'
>;

/**
 * A call that did not come to its end. The message is for a condition that everybody reads: it names hosts, keys and status codes, never
 * a path, a query or an answer's text, for in those lie secrets.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly reason: OutboundReason;
  /** The target asks to be left alone for so long. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: OutboundReason,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}
