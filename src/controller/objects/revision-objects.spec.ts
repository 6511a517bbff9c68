import { describe, expect, it } from '@jest/globals';
import * as world from '../../../test/support/router-objects.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { previewService } from '../../routers/objects/preview-service.ts';
import { revisionDeployment } from './revision-deployment.ts';
import { revisionObjects } from './revision-objects.ts';
import { mirrorService, revisionService } from './revision-service.ts';

const owner = world.deploymentWith();
const identity = identifyRevision({ serving: { workload: { template: world.template } } }, []);
const { revision } = identity;
const service = world.storedService(revisionService(owner, identity, 80));
const deployment = world.stored(
  revisionDeployment(owner, identity, { replicas: 2, progressDeadlineMs: 60_000, drainUntilMs: undefined }),
);
const leaving = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
});
const mirror = world.storedService(mirrorService(owner, identity, 80));
const preview = world.storedService(previewService(owner, revision, { port: 80, targetPort: 'http' }));
const copiesTo = (name: string) => ({ type: 'RequestMirror', requestMirror: { backendRef: { name } } });
const apex = { ...service, metadata: { ...service.metadata, name: world.name } };

describe('revisionObjects', () => {
  const cases: [string, KubernetesObject[], KubernetesObject[], object | undefined][] = [
    ['nothing', [], [], undefined],
    ['both', [deployment], [apex, service], { deployment, service }],
    ['law 12: a Service whose Deployment was not made yet', [], [service], { service }],
    ['a Deployment whose Service was deleted', [deployment], [apex], { deployment }],
    ['a Deployment on its way out', [leaving(deployment)], [service], { service }],
    ['a Service on its way out', [deployment], [leaving(service)], { deployment }],
    ['the apex Service only', [], [apex], undefined],
    [
      'a mirror Service beside the other, in whatever order',
      [deployment],
      [mirror, service],
      { deployment, service, mirrorService: mirror, mirrorIsNamed: false },
    ],
    [
      'a mirror Service alone',
      [deployment],
      [mirror],
      { deployment, mirrorService: mirror, mirrorIsNamed: false },
    ],
    ['a mirror Service on its way out', [deployment], [service, leaving(mirror)], { deployment, service }],
    ['the preview Service only', [], [preview], undefined],
  ];
  it.each(cases)('finds %s', (_name, deployments, services, expected) => {
    const found = revisionObjects(world.name, { deployments, services, httpRoutes: [] });
    expect(found.get(revision)).toEqual(expected);
    expect(found.size).toBe(expected ? 1 : 0);
  });

  it.each([
    ['everybody is copied there', { filters: [copiesTo(`${world.name}-${revision}-mirror`)] }, true],
    [
      'a backend copies there',
      { backendRefs: [{ name: 'x', filters: [copiesTo(`${world.name}-${revision}-mirror`)] }] },
      true,
    ],
    ['it is a backend', { backendRefs: [{ name: `${world.name}-${revision}-mirror` }] }, true],
    ['another is copied to', { filters: [copiesTo(`${world.name}-${world.other}-mirror`)] }, false],
  ])('law 3: says whether a live route names the mirror Service: %s', (_name, rule, mirrorIsNamed) => {
    const route = {
      apiVersion: 'x',
      kind: 'HTTPRoute',
      metadata: { name: 'x' },
      spec: { rules: [{}, rule] },
    };
    const found = revisionObjects(world.name, { deployments: [], services: [mirror], httpRoutes: [route] });
    expect(found.get(revision)).toEqual({ mirrorService: mirror, mirrorIsNamed });
  });
});
