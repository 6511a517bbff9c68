import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import type { ResourceKind } from '../../kubernetes/resource.ts';
import type { ChosenCluster, Names } from './complete.ts';

/** Whoever presses a key does not wait longer. */
const timeoutMs = 2_000;
/** More than this nobody reads. */
const most = 500;

const namespace: ResourceKind = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** Names as the cluster and the kubeconfig have them. Rejects where they cannot be had. */
export const namesFromCluster = (environment: Readonly<Record<string, string | undefined>>): Names => ({
  models: async (chosen) => {
    const { resourceKinds } = await import('../../kubernetes/resource.ts');
    return (await listed(resourceKinds.modelDeployment, chosen, true)).map(({ name }) => name);
  },
  deployments: async (chosen) => {
    const { resourceKinds } = await import('../../kubernetes/resource.ts');
    return (await listed(resourceKinds.deployment, chosen, true)).map(({ name }) => name);
  },
  namespaces: async (chosen) => {
    const { resourceKinds } = await import('../../kubernetes/resource.ts');
    // Not everybody may list namespaces; those of the models are what one wants anyway.
    return await listed(namespace, chosen, false)
      .then((found) => found.map(({ name }) => name))
      .catch(async () =>
        (await listed(resourceKinds.modelDeployment, chosen, false)).map((one) => one.namespace),
      );
  },
  contexts: async ({ kubeconfig }) => {
    const files = kubeconfig ? [kubeconfig] : kubeconfigsOf(environment);
    return (await Promise.all(files.map(contextsIn))).flat();
  },
});

async function listed(
  kind: ResourceKind,
  chosen: ChosenCluster,
  inNamespace: boolean,
): Promise<{ name: string; namespace: string }[]> {
  const { withCluster } = await import('../cluster/cluster-access.ts');
  return await withCluster(chosen, async (access) => {
    const { items } = await access.cluster.list(kind, {
      limit: most,
      signal: AbortSignal.timeout(timeoutMs),
      ...(inNamespace && { namespace: access.namespace }),
    });
    return items.map(({ metadata }) => ({ name: metadata.name, namespace: metadata.namespace ?? '' }));
  });
}

/** As kubectl finds them. */
function kubeconfigsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

async function contextsIn(path: string): Promise<string[]> {
  const content = await readFile(path, 'utf8').catch(() => '');
  const { contexts = [] } = (parse(content) ?? {}) as { contexts?: { name?: unknown }[] };
  return contexts.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}
