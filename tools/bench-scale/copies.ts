import { once } from 'node:events';
import { join } from 'node:path';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import type { TestBed } from '../../test/support/test-bed.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { network, urlOf } from '../local-cluster/cluster/layout.ts';
import { simulatedDeployment } from './contenders/contender.ts';
import { untilCalm } from './process-usage.ts';

/** All that would hear of the copies: told of a hundred thousand objects one by one, none of them would catch up for a quarter of an hour. */
const listeners = ['kube-controller-manager', 'kwok', 'kube-apiserver'] as const;

/** What an API server with many objects takes of a core with nobody asking anything: nodes and Leases are kept alive. */
const busyBackgroundShare = 0.25;

/** Enough that one of them has addresses of which there are many. */
export const madeBeforeCopies = 40;

/** Copies one of those that are made until there are so many, while nobody is there to make what belongs to them. */
export async function copies(bed: TestBed, objects: number, say: (line: string) => void): Promise<void> {
  for (const name of listeners) await bed.cluster.stopComponent(name);
  const script = join(import.meta.dirname, 'copy-in-etcd.ts');
  const args = [urlOf('http', network.etcdClient), String(madeBeforeCopies), String(objects)];
  const child = bed.cluster.exec(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout?.on('data', (text: Buffer) => say(text.toString().trim()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the copies in etcd ended with ${code}`);
  for (const name of listeners.toReversed()) await bed.cluster.startComponent(name);
  for (const name of [...listeners, 'etcd'] as const) {
    say(`waiting until ${name} has come to rest`);
    await untilCalm(bed.cluster.pidOf(name) ?? 0, 1_800_000, busyBackgroundShare);
  }
  say('waiting until the controller manager makes pods');
  await untilPodsAreMade(bed);
}

/** The controller manager is not busy while it looks for the owners of all the copies, one after the other, and makes no pods meanwhile. */
async function untilPodsAreMade(bed: TestBed): Promise<void> {
  const name = 'asked-for-a-pod';
  await bed.apply(simulatedDeployment(name));
  await waitFor(
    'a new Deployment has its pod',
    async () => {
      const found = await bed.get(resourceKinds.deployment, name);
      return found?.status?.readyReplicas === 1;
    },
    { timeoutMs: 1_800_000, everyMs: 2_000 },
  );
}
