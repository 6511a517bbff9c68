import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveBinaries } from '../binaries/binaries.ts';
import { textProgress } from '../binaries/progress.ts';
import { ClusterExists, cleanIfDead } from '../cluster/cluster-folder.ts';
import { clusterFiles, clustersRoot } from '../cluster/layout.ts';
import { ComponentFailed } from '../components/component.ts';
import { startLocalCluster } from '../local-cluster.ts';
import { untilEnd, type ClusterChoice, type SupervisorMessage } from './supervise.ts';

const program = fileURLToPath(new URL('../cli.ts', import.meta.url));
const interrupted = 130;

/** Starts a supervisor of its own for the cluster and returns when that says "ready". */
export async function upDetached(choice: ClusterChoice): Promise<number> {
  if (!(await cleanIfDead(join(clustersRoot(), choice.name)))) throw alreadyRuns(choice.name);
  // Here and not in the supervisor, because here is the terminal that shows the progress.
  const abort = abortOnSignal();
  try {
    await resolveBinaries({
      need: choice.need,
      progress: textProgress(process.stderr),
      signal: abort.signal,
    });
  } catch (error) {
    if (abort.signal.aborted) return interrupted;
    throw error;
  }
  const supervisor = spawn(
    process.execPath,
    [...process.execArgv, program, 'supervise', ...asArguments(choice)],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      cwd: '/',
    },
  );
  const forward = () => supervisor.kill('SIGTERM');
  abort.signal.addEventListener('abort', forward, { once: true });
  if (abort.signal.aborted) forward();
  const last = await lastMessage(supervisor);
  if (last?.kind === 'ready') {
    supervisor.unref();
    printReady(choice.name, last.seconds);
    return 0;
  }
  await gone(supervisor);
  if (abort.signal.aborted) return interrupted;
  throw new ComponentFailed(last?.kind === 'failed' ? last.message : 'the supervisor ended without a word');
}

/** Owns the cluster itself until Ctrl-C. */
export async function upInForeground(choice: ClusterChoice): Promise<number> {
  const abort = abortOnSignal();
  const startedAt = Date.now();
  try {
    const cluster = await startLocalCluster({
      ...choice,
      log: (message) => console.error(message),
      signal: abort.signal,
    });
    printReady(choice.name, (Date.now() - startedAt) / 1000);
    console.error('Ctrl-C ends it.');
    return await untilEnd(cluster, abort.signal);
  } catch (error) {
    if (abort.signal.aborted) return interrupted;
    throw error;
  }
}

/** Relays what the supervisor says, until it is ready, has failed or is gone. */
function lastMessage(supervisor: ChildProcess): Promise<SupervisorMessage | undefined> {
  return new Promise((resolve, reject) => {
    let last: SupervisorMessage | undefined;
    // After its last word the supervisor closes the channel.
    supervisor.once('disconnect', () => resolve(last));
    supervisor.on('message', (message: SupervisorMessage) => {
      if (message.kind === 'log') console.error(`  ${message.message}`);
      else last = message;
    });
    supervisor.once('error', reject);
    supervisor.once('exit', () => resolve(last));
  });
}

/** Returns when the supervisor has ended, so that nothing is left when this process ends. */
async function gone(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  await once(supervisor, 'exit');
}

function abortOnSignal(): AbortController {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!abort.signal.aborted) console.error('\nEnding the cluster ...');
      abort.abort(new Error('the start was interrupted'));
    });
  }
  return abort;
}

function asArguments({ name, need, scrapeIntervalMs }: ClusterChoice): string[] {
  const parts = need.flatMap((part) => ['--with', part]);
  return ['--name', name, ...parts, '--scrape-interval', String(scrapeIntervalMs)];
}

function printReady(name: string, seconds: number): void {
  const file = clusterFiles(join(clustersRoot(), name)).hostKubeconfig;
  console.error(`The cluster "${name}" is ready (${seconds.toFixed(1)} s).`);
  console.error(`  export KUBECONFIG=${file}`);
  console.error(`  npm run cluster -- status --name ${name}`);
}

function alreadyRuns(name: string): ClusterExists {
  return new ClusterExists(`A cluster named "${name}" runs already; "npm run cluster -- status" shows it.`);
}
