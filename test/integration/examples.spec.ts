import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { group } from '../../src/api/group.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { resolveKubectl } from '../../tools/local-cluster/binaries/binaries.ts';
import { resolveGitOpsCrds } from '../../tools/local-cluster/binaries/gitops-crds.ts';
import { type LocalCluster, startLocalCluster } from '../../tools/local-cluster/local-cluster.ts';
import { fencedBlocks } from '../repository/fenced-blocks.ts';
import { refusalOf } from '../support/api-paths.ts';
import { crdsPath, installCrds } from '../support/installed-crds.ts';
import { lintedFrom } from '../support/linted-objects.ts';
import { RestClient } from '../support/rest-client.ts';
import { waitFor } from '../support/wait-for.ts';

/** What people copy, held against the real API server: every file of `examples/`, what its kustomizations build, and every object of the documents. */
const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const tracked = (...patterns: string[]) =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');

const isObject = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value;
/** A configuration of Kustomize is a file, and nothing that an API server keeps. */
const isForTheServer = ({ apiVersion }: KubernetesObject) =>
  !apiVersion.startsWith('kustomize.config.k8s.io');
const isOurs = ({ apiVersion }: KubernetesObject) => apiVersion.startsWith(`${group}/`);

const objectsOf = (yaml: string): KubernetesObject[] =>
  parseAllDocuments(yaml, { uniqueKeys: false })
    .map((document): unknown => document.toJS())
    .filter(isObject)
    .filter(isForTheServer);

const examples = tracked('examples/*.yaml').map((path) => ({ path, objects: objectsOf(read(path)) }));
const kustomizations = tracked('examples/*/kustomization.yaml')
  .filter((path) => parse(read(path)).kind === 'Kustomization' && path.includes('/repository/'))
  .map((path) => join(path, '..'))
  .filter((path) => !path.endsWith('/base'));
const documented = tracked('*.md').flatMap((path) =>
  fencedBlocks(read(path))
    .filter(({ language }) => language === 'yaml')
    .map(({ line, content }) => ({ path: `${path}:${line}`, objects: objectsOf(content).filter(isOurs) }))
    .filter(({ objects }) => objects.length > 0),
);

let cluster: LocalCluster;
let api: RestClient;

beforeAll(async () => {
  const gitOpsCrds = (await resolveGitOpsCrds()).map((file) => parse(readFileSync(file, 'utf8')));
  cluster = await startLocalCluster();
  api = new RestClient(cluster);
  await installCrds(api);
  for (const crd of gitOpsCrds) {
    const { status, body } = await api.apply(`${crdsPath}/${crd.metadata.name}`, crd);
    expect([status, body.message]).toEqual([201, undefined]);
    const [{ name: version }] = crd.spec.versions.filter(({ storage }: { storage: boolean }) => storage);
    const list = `/apis/${crd.spec.group}/${version}/${crd.spec.names.plural}`;
    await waitFor(`${list} is served`, async () => (await api.get(list)).status === 200);
  }
}, 600_000);

afterAll(async () => {
  api?.close();
  await cluster?.stop();
}, 60_000);

/** In a namespace that is there, and with a name where the API server would have made one. */
function placed(object: KubernetesObject): KubernetesObject {
  const { metadata = {} as KubernetesObject['metadata'] } = object;
  const { generateName, ...rest } = metadata;
  const name = metadata.name ?? `${generateName ?? 'unnamed-'}x7k2p`;
  return { ...object, metadata: { ...rest, name, ...(metadata.namespace && { namespace: 'default' }) } };
}

const refusals = async (objects: KubernetesObject[]): Promise<string[]> => {
  const answers = await Promise.all(objects.map((object) => refusalOf(api, placed(object))));
  return answers.filter((answer) => answer !== undefined);
};

describe('the API server takes, to the last field,', () => {
  it.each(examples)('$path', async ({ objects }) => {
    expect(await refusals(objects)).toEqual([]);
  });

  it.each(documented)('the objects of $path', async ({ objects }) => {
    expect(await refusals(objects)).toEqual([]);
  });

  it('nothing that has a field which is unknown, or a value that is not accepted', async () => {
    const [canary] = examples.find(({ path }) => path.endsWith('canary-gateway.yaml'))!.objects;
    const wrong = structuredClone(canary!);
    wrong['spec'].strategy.canary.steps = [{ weight: 5, holdd: '2m' }];
    expect(await refusals([wrong])).toEqual([expect.stringContaining('holdd')]);
    wrong['spec'].strategy.canary.steps = [{ weight: 500 }];
    expect(await refusals([wrong])).toEqual([expect.stringContaining('weight must be from 0.1 to 100')]);
  });
});

describe('the repository for GitOps', () => {
  const build = async (path: string): Promise<KubernetesObject[]> => {
    const { stdout } = await promisify(execFile)(await resolveKubectl(), ['kustomize', join(root, path)]);
    return objectsOf(stdout);
  };

  it('has an environment each for trying and for users', () => {
    expect(kustomizations.map((path) => path.replace(/.*\//, ''))).toEqual(['production', 'staging']);
  });

  it.each(kustomizations)('%s builds what the API server takes and no expert warns of', async (path) => {
    const built = await build(path);
    expect(built.map(({ kind }) => kind)).toContain('ModelDeployment');
    expect(await refusals(built)).toEqual([]);
    const linted = lintedFrom(path, built, ['NoModelDigest']);
    expect(linted.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('has all of a release in one folder: the same release is the same revision in every environment', async () => {
    const hosted = await Promise.all(
      kustomizations.map(async (path) => {
        const release = read(join(path, 'release', 'kustomization.yaml'));
        const [object] = (await build(path)).filter(({ kind }) => kind === 'ModelDeployment');
        const { model, serving, service } = object!['spec'];
        const { version } = model;
        const image: string = serving.workload.template.spec.containers[0].image;
        expect(release).toContain(`value: '${version}'`);
        expect(release).toContain(image.replace(/.*@/, ''));
        return JSON.stringify({ model, serving, service })
          .replaceAll(image, 'image')
          .replace(version, 'version');
      }),
    );
    expect(new Set(hosted).size).toBe(1);
  });
});
