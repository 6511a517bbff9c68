import type { Clock } from './clock.ts';

/** The answer did not come within its time. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
  readonly reason = 'TimeLimit';

  constructor(what: string, limitMs: number) {
    super(`${what} did not end within ${limitMs} ms`);
  }
}

/**
 * Waits for `promise`, but no longer than until `signal` is aborted: then throws the reason of the signal, also when
 * whoever made the promise does not listen to it. What comes later is ignored.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    const listening = !signal.aborted;
    if (listening) signal.addEventListener('abort', aborted);
    else aborted();
    const settle = (finish: () => void) => {
      if (listening) signal.removeEventListener('abort', aborted);
      finish();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** Runs `work` with a signal that is aborted after `limitMs`, and together with `outer`; waits no longer than that. */
export async function withTimeLimit<T>(
  what: string,
  limitMs: number,
  clock: Clock,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const abortWithOuter = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', abortWithOuter);
  const cancel = clock.after(limitMs, () => controller.abort(new TimeLimitError(what, limitMs)));
  try {
    return await untilAborted(work(controller.signal), controller.signal);
  } finally {
    cancel();
    outer?.removeEventListener('abort', abortWithOuter);
  }
}
