import type { WatchEvent } from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Clock } from '../../runtime/clock.ts';
import { WatchStream } from '../api-server/watch-stream.ts';

export interface Lateness {
  clock: Clock;
  /** How late the next event is. */
  lagMs: () => number;
  /** The connection breaks then; undefined for never. */
  breaksAfterMs: number | undefined;
  /** When one of these is aborted, the reader has gone. */
  leaving: readonly AbortSignal[];
}

/**
 * The events of a watch as they arrive at the other end of a bad line: late, in order, and perhaps not to the end. `open` begins the
 * watch at the server; its signal is aborted when nobody reads any more.
 */
export function lateStream(
  open: (signal: AbortSignal) => AsyncIterable<WatchEvent>,
  { clock, lagMs, breaksAfterMs, leaving }: Lateness,
): AsyncIterable<WatchEvent> {
  const arriving = new WatchStream();
  const closing = new AbortController();
  let lastDueMs = 0;
  /** In its turn: what came later never overtakes. */
  const inTurn = (delayMs: number, work: () => void) => {
    const nowMs = clock.monotonic();
    lastDueMs = Math.max(lastDueMs, nowMs + delayMs);
    if (lastDueMs > nowMs) clock.after(lastDueMs - nowMs, work);
    else work();
  };
  const carry = async (): Promise<void> => {
    try {
      for await (const event of open(closing.signal)) inTurn(lagMs(), () => arriving.push(event));
      inTurn(0, () => arriving.end());
    } catch (error) {
      const failure = error instanceof ClusterError ? error : new ClusterError('unreachable', String(error));
      inTurn(0, () => arriving.end(failure));
    }
  };
  const reset = () => arriving.end(new ClusterError('unreachable', 'the connection was reset'));
  const cancelReset = breaksAfterMs === undefined ? () => {} : clock.after(breaksAfterMs, reset);
  const leave = () => arriving.end();
  for (const signal of leaving) signal.addEventListener('abort', leave);
  arriving.onEnd(() => {
    cancelReset();
    for (const signal of leaving) signal.removeEventListener('abort', leave);
    closing.abort();
  });
  if (leaving.some(({ aborted }) => aborted)) leave();
  void carry();
  return arriving;
}
