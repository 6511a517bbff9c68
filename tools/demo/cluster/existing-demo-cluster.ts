import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceKinds, type ResourceKind } from '../../../src/kubernetes/resource.ts';
import { installManifests } from '../install/manifests.ts';
import type { ExistingClusterOptions } from '../options.ts';
import { DemoClusterError, type DemoCluster } from './demo-cluster.ts';
import { KubeApi } from './kube-api.ts';

const namespaceKind: ResourceKind = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};
/** The demo makes these and removes them at its end, so they must not be there before. */
export const ownNamespaces = ['understudy-system', 'digits'];
const ownDeployment = { namespace: 'digits', name: 'digits' };
const removalTimeoutMs = 60_000;

/**
 * A cluster of the user's own. Nothing is overwritten that was there before: the demo refuses to start where its
 * namespaces or the CRDs exist, and removes at its end what it brought.
 */
export async function openExistingCluster(options: ExistingClusterOptions): Promise<DemoCluster> {
  const api = await KubeApi.connect(options.kubeconfigPath);
  try {
    const version = await api.version();
    const problems = await findProblems(api, options);
    if (problems.length === 0) return describe(api, version, options);
    throw new DemoClusterError(
      `this cluster cannot run the demo:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  } catch (error) {
    await api.close();
    throw error;
  }
}

async function findProblems(api: KubeApi, { gateway }: ExistingClusterOptions): Promise<string[]> {
  const problems: string[] = [];
  for (const name of ownNamespaces) {
    if (await api.get({ kind: namespaceKind, namespace: '', name }))
      problems.push(
        `namespace ${name}: it is there already, and the demo removes it at its end; delete it, or use another cluster`,
      );
  }
  if (await api.findKind(resourceKinds.modelDeployment.apiVersion, 'ModelDeployment'))
    problems.push(
      "Understudy's CRDs: they are there already; the demo would replace them, and the objects go with them",
    );
  if (!(await api.findKind(resourceKinds.httpRoute.apiVersion, 'HTTPRoute'))) {
    problems.push(
      'Gateway API: the cluster does not serve gateway.networking.k8s.io/v1 HTTPRoute; install its CRDs and an implementation',
    );
  } else if (!(await api.get({ kind: resourceKinds.gateway, ...gateway }))) {
    problems.push(
      `--gateway: found no Gateway ${gateway.namespace}/${gateway.name}; accepted is NAMESPACE/NAME of one that takes routes from all namespaces`,
    );
  }
  return problems;
}

function describe(api: KubeApi, version: string, options: ExistingClusterOptions): DemoCluster {
  const { kubeconfigPath, gatewayUrl, controllerImage, serverImage, gateway, prometheusUrl } = options;
  let closing: Promise<void> | undefined;
  return {
    description: `cluster of ${kubeconfigPath}, Kubernetes ${version}`,
    kubernetesVersion: version,
    api,
    kubeconfigPath,
    gatewayUrl,
    replacements: {
      controllerImage,
      serverImage,
      gateway,
      source: { url: prometheusUrl, scrapeInterval: '15s' },
    },
    logHints: ['kubectl logs --namespace understudy-system deployment/understudy'],
    lost: new Promise(() => undefined),
    saveLogs: (folder) => saveLogs(api, folder),
    close: () => (closing ??= remove(api).finally(() => api.close())),
  };
}

async function saveLogs(api: KubeApi, folder: string): Promise<void> {
  for (const namespace of ownNamespaces) {
    await mkdir(join(folder, 'pods', namespace), { recursive: true });
    for (const { metadata } of await api.list(resourceKinds.pod, namespace)) {
      const text = await api.podLog(namespace, metadata.name);
      if (text !== undefined) await writeFile(join(folder, 'pods', namespace, `${metadata.name}.log`), text);
    }
  }
}

/** The ModelDeployment goes while the controller still runs, then all that the demo installed. */
async function remove(api: KubeApi): Promise<void> {
  await api.remove({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: ownDeployment,
  });
  const inOrder = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ownDeployment.namespace } },
    // What lies in a namespace goes with it.
    ...installManifests({}).filter(({ metadata }) => metadata.namespace === undefined),
  ];
  const deadlineMs = Date.now() + removalTimeoutMs;
  for (const object of inOrder) {
    await api.remove(object);
    const address = { kind: namespaceKind, namespace: '', name: object.metadata.name };
    while (object.kind === 'Namespace' && (await api.get(address)) && Date.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
