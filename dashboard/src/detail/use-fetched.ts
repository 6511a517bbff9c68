import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../../src/dashboard-api/schemas.ts';
import { problemFrom } from '../api/api-error.ts';

export interface Fetched<Answer> {
  answer?: Answer;
  problem?: Problem;
}

/**
 * What an address answers, asked anew when `key` changes and, with `everyMs`, again and again while somebody looks. What was there stays until there is
 * something newer; with another key it goes at once.
 */
export function useFetched<Answer>(
  key: string,
  ask: (signal: AbortSignal) => Promise<Answer>,
  everyMs?: (answer: Answer) => number,
): Fetched<Answer> {
  const [fetched, setFetched] = useState<Fetched<Answer> & { key: string }>({ key });
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      if (document.hidden) return again(1_000);
      try {
        const answer = await ask(controller.signal);
        setFetched({ key, answer });
        if (everyMs) again(everyMs(answer));
      } catch (error) {
        if (controller.signal.aborted) return;
        setFetched((before) => ({ ...(before.key === key ? before : { key }), problem: problemFrom(error) }));
        if (everyMs) again(10_000);
      }
    };
    const again = (ms: number) => void (timer = setTimeout(run, Math.max(1_000, ms)));
    void run();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key]);
  return fetched.key === key ? fetched : {};
}
