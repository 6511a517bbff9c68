import { describe, expect, it } from '@jest/globals';
import * as world from '../../../test/support/router-objects.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { revisionDeployment } from './revision-deployment.ts';
import { revisionObjects } from './revision-objects.ts';
import { revisionService } from './revision-service.ts';

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
  ];
  it.each(cases)('finds %s', (_name, deployments, services, expected) => {
    const found = revisionObjects(world.name, { deployments, services });
    expect(found.get(revision)).toEqual(expected);
    expect(found.size).toBe(expected ? 1 : 0);
  });
});
