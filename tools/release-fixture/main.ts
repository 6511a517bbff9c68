/**
 * Records what this release leaves in the API server, for every later release to go on with: a ModelDeployment in the middle of a
 * rollout, and one that is settled. It starts a local cluster, and writes test/fixtures/releases/VERSION. A release is recorded once, before it
 * is published, and never again.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { labels } from '../../src/api/group.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { errors } from '../../test/support/analysis.ts';
import { TestBed } from '../../test/support/test-bed.ts';
import { WatchedModel } from '../../test/support/watched-model.ts';

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const folder = join(root, 'test', 'fixtures', 'releases', version);

/** In the order in which they are put back: who owns first. */
const recorded = [
  resourceKinds.modelDeployment,
  resourceKinds.modelRollout,
  resourceKinds.deployment,
  resourceKinds.service,
  resourceKinds.httpRoute,
];
const ownKinds = [resourceKinds.modelDeployment, resourceKinds.modelRollout].map(
  ({ kind }) => kind as string,
);

/** The object without what a server gives to each anew. */
function portable({ apiVersion, kind, metadata, spec, status }: KubernetesObject): KubernetesObject {
  const { name, namespace, labels: own, annotations = {}, ownerReferences } = metadata;
  const { 'deployment.kubernetes.io/revision': _, ...kept } = annotations;
  const { clusterIP: __, clusterIPs: ___, ...rest } = spec as Record<string, unknown>;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      ...(own && { labels: own }),
      ...(Object.keys(kept).length > 0 && { annotations: kept }),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: rest,
    // That of a kind of ours is the memory of a rollout; the others' is what their controllers see.
    ...(ownKinds.includes(kind) && status !== undefined && { status: status as object }),
  };
}

async function record(bed: TestBed, name: string): Promise<void> {
  const objects: KubernetesObject[] = [];
  for (const kind of recorded) {
    const found =
      kind === resourceKinds.modelDeployment
        ? [(await bed.get(kind, name))!]
        : await bed.list(kind, 'default', `${labels.modelDeployment}=${name}`);
    // The items of a list do not say what they are.
    objects.push(
      ...found.map((object) => portable({ ...object, apiVersion: kind.apiVersion, kind: kind.kind })),
    );
  }
  const text = objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
  const head = `# Recorded by \`npm run release:fixture\` from release ${version} at ${new Date().toISOString()}; never changed.\n`;
  writeFileSync(join(folder, `${name}.yaml`), head + text);
  console.log(`wrote ${name}.yaml: ${objects.length} objects`);
}

if (existsSync(folder)) {
  console.error(`release-fixture: ${folder} is there already; a release is recorded once`);
  process.exit(2);
}
const bed = await TestBed.start();
try {
  await bed.installController();
  const canary = (steps: object[]) => ({ strategy: { canary: { steps, bake: { duration: '2s' } } } });
  const settled = await WatchedModel.serve(bed, 'settled', {
    spec: { replicas: 1, traffic: { service: {} }, ...canary([{ weight: 50, hold: '0s' }]) },
  });
  await settled.apply({ version: '2' });
  await settled.outcome(1);
  await settled.until('has drained', ({ phase }) => phase === 'Healthy');
  await settled.untilReplicas('v1', 0);
  const steps = [{ weight: 20, hold: '3s' }, { pause: {} }, { weight: 50, hold: '3s' }];
  const rolling = await WatchedModel.serve(bed, 'rolling', {
    spec: { replicas: 1, ...canary(steps), analysis: { interval: '1s', metrics: [errors], minRequests: 20 } },
  });
  rolling.load({ rate: 200 });
  await rolling.apply({ version: '2' });
  await rolling.until('waits in the middle', ({ phase }) => phase === 'Paused', { timeoutMs: 240_000 });
  mkdirSync(folder, { recursive: true });
  for (const name of ['settled', 'rolling']) await record(bed, name);
} finally {
  await bed.stop();
}
