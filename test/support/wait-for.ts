import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  timeoutMs?: number;
  everyMs?: number;
}

/**
 * Asks again and again until the answer is something, and returns it. Fails after the timeout with what was waited for and
 * the last answer or error. Every wait of the tests ends.
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T> | T,
  { timeoutMs = 60_000, everyMs = 100 }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const untilMs = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= untilMs) {
      const found = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`waited ${timeoutMs} ms until ${what}; found ${found}`, { cause: last });
    }
    await sleep(everyMs);
  }
}
