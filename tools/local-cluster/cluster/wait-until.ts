import { setTimeout as sleep } from 'node:timers/promises';

/** Something did not come true in time; the message names it and the last reason. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export interface WaitOptions {
  /** What is waited for, for the message. */
  what: string;
  timeoutMs: number;
  intervalMs?: number;
  /** Ends the wait early with its reason, for example when the process that is waited for has died. */
  signal?: AbortSignal;
}

/** Asks until the answer is true. An error of the question counts as no, and is named if time runs out. */
export async function waitUntil(question: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  let reason = '';
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      if (await question()) return;
    } catch (error) {
      reason = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    options.signal?.throwIfAborted();
    if (Date.now() >= deadline) {
      throw new TimedOut(`${options.what} did not come within ${options.timeoutMs / 1000} s${reason}`);
    }
    await sleep(options.intervalMs ?? 50);
  }
}
