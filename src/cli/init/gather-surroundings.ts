import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { withCluster } from '../cluster/cluster-access.ts';
import { nearNames } from '../cluster/near-names.ts';
import { listAllowed } from '../cluster/objects.ts';
import type { FoundManifest } from '../convert/selecting-services.ts';
import { type FoundObject, readObjects } from '../lint/documents.ts';
import { Problem } from '../problem.ts';
import { UsageError } from '../usage-error.ts';
import type { InitOptions } from './init-options.ts';
import type { Questions } from './questions.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

/** Reads the Deployment and what leads to it, from files or from the cluster. Throws `UsageError` and `Problem`. */
export async function gatherSurroundings(
  { files, deployment, cluster }: InitOptions,
  questions: Questions | undefined,
): Promise<Surroundings> {
  if (files) return await fromFiles(files, deployment, questions);
  if (deployment === undefined && !questions)
    throw new UsageError('init needs the name of one Deployment: none is given');
  return await withCluster(cluster, async (access) => {
    const { namespace } = access;
    const name = deployment ?? (await chosenDeployment(access.cluster, namespace, questions));
    const found = await deploymentOf(access.cluster, { name, namespace });
    const list = (kind: Parameters<typeof listAllowed>[1]) =>
      listAllowed(access.cluster, kind, { namespace });
    const services = await list(resourceKinds.service);
    const httpRoutes = await list(resourceKinds.httpRoute);
    return surroundingsOf(found, { services, httpRoutes });
  });
}

async function fromFiles(
  files: readonly string[],
  name: string | undefined,
  questions: Questions | undefined,
): Promise<Surroundings> {
  const objects = await readObjects(files);
  const ofKind = (kind: string) => objects.filter((one) => one.kind === kind);
  const deployments = ofKind('Deployment').filter(
    ({ object }) => name === undefined || object.metadata.name === name,
  );
  if (deployments.length === 0) {
    const names = ofKind('Deployment').map(({ object }) => object.metadata.name ?? '');
    const found = names.length > 0 ? `; there are ${names.join(', ')}` : '';
    throw new UsageError(
      `there is no Deployment ${name ?? ''} in ${files.join(', ')}${found}`.replace('  ', ' '),
    );
  }
  const chosen = deployments.length === 1 ? deployments[0]! : await oneOf(deployments, questions);
  const manifest = ({ object }: FoundObject): FoundManifest => object;
  return surroundingsOf(manifest(chosen), {
    services: ofKind('Service').map(manifest),
    httpRoutes: ofKind('HTTPRoute').map(manifest),
  });
}

async function oneOf(
  deployments: readonly FoundObject[],
  questions: Questions | undefined,
): Promise<FoundObject> {
  const name = await choose(
    deployments.map(({ object }) => object.metadata.name ?? ''),
    questions,
  );
  return deployments.find(({ object }) => object.metadata.name === name)!;
}

async function choose(names: readonly string[], questions: Questions | undefined): Promise<string> {
  if (!questions)
    throw new UsageError(
      `init needs the name of one Deployment: none is given; there are ${names.join(', ')}`,
    );
  return await questions.choose(
    'Which Deployment?',
    names.map((name) => ({ name, value: name })),
    names[0]!,
  );
}

async function chosenDeployment(
  cluster: Cluster,
  namespace: string,
  questions: Questions | undefined,
): Promise<string> {
  const names = (await deploymentNames(cluster, namespace)) ?? [];
  if (names.length > 0) return await choose(names, questions);
  throw new Problem(`there is no Deployment in namespace ${namespace} that you may list`, [
    'Another namespace: -n NAME. Or from a file: -f FILE.',
  ]);
}

async function deploymentOf(
  cluster: Cluster,
  name: { name: string; namespace: string },
): Promise<FoundManifest> {
  try {
    return await cluster.get(resourceKinds.deployment, name);
  } catch (error) {
    if (!ClusterError.is(error, 'notFound')) throw error;
    const near = nearNames(name.name, (await deploymentNames(cluster, name.namespace)) ?? []);
    throw new Problem(
      `there is no Deployment "${name.name}" in namespace ${name.namespace}`,
      [near.length > 0 ? `Near to it: ${near.join(', ')}.` : 'Another namespace: -n NAME.'],
      { cause: error },
    );
  }
}

const deploymentNames = async (cluster: Cluster, namespace: string): Promise<string[] | undefined> =>
  (await listAllowed(cluster, resourceKinds.deployment, { namespace }))?.map(({ metadata }) => metadata.name);
