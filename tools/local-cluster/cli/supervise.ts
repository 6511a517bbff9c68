import { silentProgress } from '../binaries/progress.ts';
import { startLocalCluster, type LocalCluster } from '../local-cluster.ts';

/** What a detached supervisor tells the `up` that started it. */
export type SupervisorMessage =
  { kind: 'log'; message: string } | { kind: 'ready'; seconds: number } | { kind: 'failed'; message: string };

export interface ClusterChoice {
  name: string;
  need: 'kwok'[];
  scrapeIntervalMs: number;
}

/**
 * The process behind a detached `up`: it owns the cluster and lives as long. It ends on SIGTERM, and before
 * the cluster is ready also when the `up` that waits for it goes away.
 */
export async function supervise(choice: ClusterChoice): Promise<number> {
  const abort = new AbortController();
  const tell = (message: SupervisorMessage) => {
    if (process.connected) process.send?.(message);
  };
  const stop = () => abort.abort(new Error('the start was interrupted'));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  let cluster: LocalCluster;
  const startedAt = Date.now();
  try {
    cluster = await startLocalCluster({
      ...choice,
      progress: silentProgress,
      log: (message) => tell({ kind: 'log', message }),
      signal: abort.signal,
    });
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    lastWord();
    return 1;
  }
  process.off('disconnect', stop);
  tell({ kind: 'ready', seconds: (Date.now() - startedAt) / 1000 });
  lastWord();
  return await untilEnd(cluster, abort.signal);
}

/** Closes the channel to `up`; what was said before still arrives. */
function lastWord(): void {
  if (process.connected) process.disconnect();
}

/** Waits for the signal to end, or for the end of the cluster, and cleans up. */
export async function untilEnd(cluster: LocalCluster, signal: AbortSignal): Promise<number> {
  const asked = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([asked, cluster.ended]);
  await cluster.stop();
  return signal.aborted ? 0 : 1;
}
