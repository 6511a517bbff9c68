import type { Cluster } from '../kubernetes/cluster.ts';
import { withTimeLimit } from '../runtime/abortable.ts';
import type { Clock } from '../runtime/clock.ts';
import { errorMessage } from '../runtime/logger.ts';
import type { ToldBy } from './job-pods.ts';
import { logTail, logTailLines } from './log-tail.ts';

const limitMs = 10_000;
/** A node cuts the last lines at their end, and a record keeps their end: only lines that are longer than this together lose it. */
const limitBytes = 256 * 1024;

/** The end of a log, or why there is none: an answer stands without it. */
export type LogRead = { log: string } | { unread: string };

/** What a container of a Job printed last, as a record takes it. Errors: none but the signal's reason. */
export async function readPodLog(
  { cluster, clock }: { cluster: Pick<Cluster, 'log'>; clock: Clock },
  teller: ToldBy | undefined,
  signal: AbortSignal,
): Promise<LogRead> {
  if (!teller) return { unread: 'its pods are gone, and what they printed with them' };
  const { namespace = '', name } = teller.pod.metadata;
  const asked = { container: teller.container, tailLines: logTailLines, limitBytes };
  try {
    const text = await withTimeLimit('reading the log', limitMs, clock, signal, (limited) =>
      cluster.log({ namespace, name }, { ...asked, signal: limited }),
    );
    return { log: logTail(text) };
  } catch (error) {
    signal.throwIfAborted();
    return { unread: `its log could not be read: ${errorMessage(error)}` };
  }
}
