import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkClusterName, clusterFiles } from './layout.ts';
import { isRunning, killAll, processesOfCluster, type ProcessIdentity } from './processes.ts';

/** What is on disk about a cluster, so that another process can show it and clean up after it. */
export interface ClusterState {
  id: string;
  name: string;
  phase: 'starting' | 'ready' | 'stopping';
  /** The process that owns the cluster: when it is gone, the cluster goes. */
  owner: ProcessIdentity;
  /** The process that holds the network namespace, once there is one. */
  keeper?: ProcessIdentity & { rootless: boolean };
  kubernetesVersion?: string;
  startedAt: string;
  apiServerUrl?: string;
  gatewayUrl?: string;
  prometheusUrl?: string;
  components: Record<string, number | undefined>;
}

/** A cluster of that name runs already. */
export class ClusterExists extends Error {
  override readonly name = 'ClusterExists';
}

const claimGraceMs = 5000;

/**
 * Takes the name by making its folder, which only one process can do. Leftovers of a cluster whose owner is
 * dead are cleaned first. Throws `ClusterExists` if it is in use.
 */
export async function claimFolder(root: string, state: ClusterState): Promise<string> {
  checkClusterName(state.name);
  await privateFolder(root);
  const folder = join(root, state.name);
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await tryMakeFolder(folder)) {
      await writeState(folder, state);
      return folder;
    }
    if (!(await cleanIfDead(folder))) break;
  }
  throw new ClusterExists(
    `A cluster named "${state.name}" is already there. Use it, choose another name with --name, ` +
      `or end it with "npm run cluster -- down --name ${state.name}".`,
  );
}

export async function writeState(folder: string, state: ClusterState): Promise<void> {
  const path = clusterFiles(folder).state;
  const temporary = `${path}.${process.pid}.part`;
  await writeFile(temporary, JSON.stringify(state, null, 2), { mode: 0o600 });
  await rename(temporary, path);
}

export async function readState(folder: string): Promise<ClusterState | undefined> {
  try {
    return JSON.parse(await readFile(clusterFiles(folder).state, 'utf8')) as ClusterState;
  } catch {
    return undefined;
  }
}

/** The clusters of this user that live; leftovers of dead ones are cleaned on the way. */
export async function listClusters(root: string): Promise<ClusterState[]> {
  const entries = await readdir(root).catch(() => []);
  const states: ClusterState[] = [];
  for (const entry of entries.sort()) {
    const folder = join(root, entry);
    if (await cleanIfDead(folder)) continue;
    const state = await readState(folder);
    if (state !== undefined) states.push(state);
  }
  return states;
}

/**
 * Cleans up after a cluster whose owner is dead: its processes (and with the last of them its network
 * namespace) and its folder. Returns whether the folder is gone. A cluster that lives is left alone.
 */
export async function cleanIfDead(folder: string): Promise<boolean> {
  const state = await readState(folder);
  if (state === undefined) {
    const made = await stat(folder).catch(() => undefined);
    if (made === undefined) return true;
    // Its maker may be between making the folder and writing the state.
    if (Date.now() - made.mtimeMs < claimGraceMs) return false;
  } else {
    if (await isRunning(state.owner)) return false;
    const left = await killAll(() => processesOfCluster(state.id));
    if (left.length > 0) {
      throw new Error(`processes ${left.join(', ')} of cluster "${state.name}" do not end; end them by hand`);
    }
  }
  await removeFolder(folder);
  return true;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

async function tryMakeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The folder lies in a place that every user can write to, so refuse one that somebody else has put there. */
async function privateFolder(root: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const { uid } = await stat(root);
  if (uid !== process.getuid?.()) throw new Error(`${root} belongs to user ${uid}, not to you; remove it`);
  await chmod(root, 0o700);
}
