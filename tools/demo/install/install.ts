import { setTimeout as sleep } from 'node:timers/promises';
import { resourceKinds, type KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { DemoClusterError, type DemoCluster } from '../cluster/demo-cluster.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import { installManifests } from './manifests.ts';

const crdTimeoutMs = 30_000;
const controllerTimeoutMs = 120_000;
const everyMs = 200;
const controller = { kind: resourceKinds.deployment, namespace: 'understudy-system', name: 'understudy' };

/** Applies manifests/install.yaml, the CRDs first, and returns when all pods of the controller are ready. */
export async function install(cluster: DemoCluster, signal: AbortSignal): Promise<void> {
  const { api, replacements } = cluster;
  const objects = installManifests(replacements);
  const isCrd = ({ kind }: KubernetesObject) => kind === 'CustomResourceDefinition';
  for (const object of objects.filter(isCrd)) await api.apply(object);
  await until(crdTimeoutMs, signal, () => crdProblem(api));
  for (const object of objects.filter((each) => !isCrd(each))) await api.apply(object);
  await until(controllerTimeoutMs, signal, () => controllerProblem(api));
}

/** Established or not: the kinds are there when they can be listed. */
async function crdProblem(api: KubeApi): Promise<string | undefined> {
  for (const kind of [
    resourceKinds.modelDeployment,
    resourceKinds.modelRollout,
    resourceKinds.rolloutAction,
    resourceKinds.metricTemplate,
    resourceKinds.clusterMetricTemplate,
  ]) {
    try {
      await api.list(kind);
    } catch (error) {
      return `the API server does not serve ${kind.kind} yet: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

/** Why the controller is not ready; undefined when it is. */
async function controllerProblem(api: KubeApi): Promise<string | undefined> {
  const deployment = await api.get(controller);
  const wanted = Number(deployment?.['spec'].replicas ?? 1);
  const ready = Number(deployment?.['status']?.readyReplicas ?? 0);
  if (ready >= wanted) return undefined;
  const pods = await api.list(resourceKinds.pod, controller.namespace);
  const states = pods.map(
    ({ metadata, status }) => `${metadata.name} ${podState(status as PodStatus | undefined)}`,
  );
  return `the controller has ${ready} of ${wanted} ready pods (${states.join('; ') || 'no pod yet'})`;
}

interface PodStatus {
  phase?: string;
  containerStatuses?: {
    restartCount: number;
    state?: { waiting?: { reason?: string; message?: string } };
    lastState?: { terminated?: { exitCode: number } };
  }[];
}

function podState(status: PodStatus | undefined): string {
  const [container] = status?.containerStatuses ?? [];
  const waiting = container?.state?.waiting;
  const exitCode = container?.lastState?.terminated?.exitCode;
  return [
    waiting?.reason ?? status?.phase ?? 'Pending',
    waiting?.message,
    exitCode === undefined
      ? undefined
      : `ended with exit code ${exitCode} (${container?.restartCount} restarts)`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** Asks until there is no problem any more; in the end the problem becomes the error. */
async function until(
  timeoutMs: number,
  signal: AbortSignal,
  problem: () => Promise<string | undefined>,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await problem();
    if (found === undefined) return;
    if (Date.now() >= deadlineMs) throw new DemoClusterError(`${found}, after ${timeoutMs / 1_000} s`);
    await sleep(everyMs, undefined, { signal });
  }
}
