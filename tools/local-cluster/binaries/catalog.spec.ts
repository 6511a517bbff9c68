import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as catalog from './catalog.ts';
import type { Package } from './package.ts';
import { kubernetesVersions } from './versions.ts';

const [newest] = kubernetesVersions;
const packages: Package[] = Object.values(catalog).map((entry) =>
  typeof entry === 'function' ? entry(newest as (typeof kubernetesVersions)[number]) : entry,
);

describe('the catalog', () => {
  it.each(packages.map((entry) => [entry.name, entry] as const))(
    '%s: official first, and a way without it',
    (_, entry) => {
      expect(entry.ways[0]?.name).toMatch(/^official /);
      expect(entry.ways.length).toBeGreaterThan(1);
      expect(entry.files.length).toBeGreaterThan(0);
    },
  );

  it('never has two packages that share a file', () => {
    const files = packages.flatMap((entry) => entry.files);
    expect(new Set(files).size).toBe(files.length);
  });

  it('says that a build takes minutes before it starts', () => {
    const builds = packages.flatMap(({ ways }) => ways.filter(({ name }) => name === 'Go module build'));
    expect(builds.length).toBeGreaterThan(3);
    for (const build of builds) expect(build.note).toMatch(/minutes/);
  });
});

describe('KUBEBUILDER_ASSETS', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assets-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('gives the parts that it has; envtest has no controller manager', async () => {
    await writeFile(join(folder, 'etcd'), '');
    const { override } = catalog.kubernetes(newest as (typeof kubernetesVersions)[number]);
    const environment = { KUBEBUILDER_ASSETS: folder };
    expect(override('etcd', environment)).toBe(join(folder, 'etcd'));
    expect(override('kube-controller-manager', environment)).toBeUndefined();
    expect(override('etcd', {})).toBeUndefined();
  });
});

describe('variables', () => {
  it('name a file, or for CRDs a folder', () => {
    expect(catalog.envoy.override('envoy', { UNDERSTUDY_ENVOY: '/x/envoy' })).toBe('/x/envoy');
    expect(catalog.envoy.override('envoy', { UNDERSTUDY_ENVOY: '' })).toBeUndefined();
    const crds = { UNDERSTUDY_CONTOUR_CRDS: '/crds' };
    expect(catalog.contourCrds.override('01-crds.yaml', crds)).toBe('/crds/01-crds.yaml');
  });
});
