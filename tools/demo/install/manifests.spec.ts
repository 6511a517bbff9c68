import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { stories } from '../scenario/stories.ts';
import { installManifests, readManifest, rewrite } from './manifests.ts';

const find = (objects: KubernetesObject[], kind: string) => objects.find((object) => object.kind === kind);

describe('installManifests', () => {
  const source = { url: 'http://10.244.0.3:9090', scrapeInterval: '1s' };
  const objects = installManifests({ controllerImage: 'registry.local/controller:1', source });

  it('begins with the CRDs, and has the namespace before what is in it', () => {
    const kinds = objects.map(({ kind }) => kind);
    const crds = kinds.filter((kind) => kind === 'CustomResourceDefinition');
    expect(crds.length).toBeGreaterThan(0);
    expect(kinds.slice(0, crds.length + 1)).toEqual([...crds, 'Namespace']);
    expect(new Set(kinds)).toEqual(
      new Set([
        'CustomResourceDefinition',
        'Namespace',
        'NetworkPolicy',
        'PodDisruptionBudget',
        'ServiceAccount',
        'ClusterRole',
        'ClusterRoleBinding',
        'Role',
        'RoleBinding',
        'ValidatingAdmissionPolicy',
        'ValidatingAdmissionPolicyBinding',
        'ConfigMap',
        'Deployment',
      ]),
    );
  });

  it('points the source "default" at the Prometheus of the cluster', () => {
    const text = find(objects, 'ConfigMap')?.['data']['config.yaml'] as string;
    expect((parse(text) as { sources: unknown }).sources).toEqual([{ name: 'default', ...source }]);
  });

  it('runs the given image, and listens on the address of the pod only', () => {
    const [container] = find(objects, 'Deployment')?.['spec'].template.spec.containers as {
      image: string;
      env: unknown;
    }[];
    expect(container?.image).toBe('registry.local/controller:1');
    expect(container?.env).toContainEqual({
      name: 'UNDERSTUDY_HTTP_HOST',
      valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
    });
  });

  it('leaves everything as the files say where nothing is to be replaced', () => {
    const [asIs, rewritten] = [installManifests({}), objects];
    const others = (list: KubernetesObject[]) =>
      list.filter(({ kind }) => kind !== 'ConfigMap' && kind !== 'Deployment');
    expect(others(rewritten)).toEqual(others(asIs));
    expect(find(asIs, 'ConfigMap')?.['data']['config.yaml']).not.toContain('sources');
  });
});

describe('rewrite', () => {
  it('keeps other sources and settings of the configuration', () => {
    const text =
      'workers: 2\nsources:\n  - {name: default, url: http://a, timeout: 1s}\n  - {name: other, url: http://b}\n';
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { 'config.yaml': text },
    };
    const source = { url: 'http://c', scrapeInterval: '5s' };
    const found = rewrite(config, { source })['data'] as { 'config.yaml': string };
    expect(parse(found['config.yaml'])).toEqual({
      workers: 2,
      sources: [
        { name: 'default', ...source },
        { name: 'other', url: 'http://b' },
      ],
    });
  });
});

describe('readManifest', () => {
  const files = stories.flatMap(({ folder, acts }) =>
    acts.map(({ version }) => `${folder}/v${version}.yaml`),
  );

  it.each(files)('gives %s another image and gateway', (file) => {
    const gateway = { namespace: 'infra', name: 'web' };
    const { spec } = readManifest(file, { serverImage: 's:1', gateway });
    expect(spec.serving.workload.template.spec.containers[0].image).toBe('s:1');
    expect(spec.traffic.gatewayAPI.parentRefs).toEqual([gateway]);
    expect(readManifest(file, {})['spec'].traffic.gatewayAPI.parentRefs).toEqual([
      { namespace: 'gateway', name: 'public' },
    ]);
  });
});
