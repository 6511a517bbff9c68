/** What a pass is given beside its key. */
export interface ReconcileContext {
  /** Aborted when the deadline of the pass is over, or when the process stops and can wait no longer. */
  readonly signal: AbortSignal;
  /** Names this pass in logs. */
  readonly reconcileId: string;
}

export interface ReconcileResult {
  /** Look again after this time, though nothing may happen until then. A wait that is known is a delay, not an error. */
  requeueAfterMs?: number;
}

/**
 * Brings one object's world a step closer to what it should be.
 *
 * Flow: the pool calls it with a key, never with the event (law 14): the same key, the same world, the same decision.
 * Guarantees given to it: never two passes of one key at once. Assumptions made of it: it may be called at any time,
 * for an object that is gone as well; it ends soon after its signal is aborted.
 *
 * Errors: whatever it throws is counted, logged and tried again after the key's backoff; an error with a numeric
 * `retryAfterMs` after that time; a `ClusterError` of kind `conflict` means "decide again from fresh data" and is no
 * error; a `TerminalError` is not tried again before something changes.
 */
export interface Reconciler {
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult | void>;
}

/** Trying again cannot help: it is counted and logged, and the key waits for its next event. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  /** CamelCase; the same as the condition's and the event's. */
  readonly reason: string;

  constructor(reason: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** The deadline of a pass was over; the reason of its aborted signal. */
export class ReconcileDeadlineError extends Error {
  override readonly name = 'ReconcileDeadlineError';
  readonly reason = 'ReconcileDeadline';

  constructor(deadlineMs: number) {
    super(`the pass did not end within ${deadlineMs} ms`);
  }
}

/** The process stops; the reason of the aborted signal of passes that the drain did not wait for. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
  readonly reason = 'Shutdown';

  constructor() {
    super('the process is stopping');
  }
}
