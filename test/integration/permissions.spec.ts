import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, readAuditLog } from '../support/audit-log.ts';
import { installManifest } from '../support/install-manifest.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** Every single right that the chart gives to the controller: "group resource verb". */
function grantedRights(): string[] {
  const roles = installManifest.filter(
    ({ kind, metadata }) =>
      (kind === 'ClusterRole' && metadata.name === 'understudy') ||
      (kind === 'Role' && metadata.name === 'understudy-leader-election'),
  );
  return roles
    .flatMap((role) => role['rules'] as Rule[])
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group} ${resource} ${verb}`)),
      ),
    );
}

const quick = { strategy: { canary: { steps: [{ weight: 50, hold: '0s' }], bake: { duration: '0s' } } } };
const oneOf = (version: string, name: string, spec: Record<string, unknown> = {}) =>
  modelDeployment({
    name,
    version,
    spec: { replicas: 1, drain: '0s', revisionHistoryLimit: 0, ...quick, ...spec },
  });

describe('the rights of the controller', () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await TestBed.start();
    await bed.installController();
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  const served = async (name: string, version: string) => {
    await bed.untilStatus(
      name,
      `serves version ${version}`,
      ({ phase, stable }) => phase === 'Healthy' && stable?.model?.version === version,
    );
  };

  it('lives through rollouts, repairs, a change of the router and names that are taken', async () => {
    await bed.apply(oneOf('1', 'model'));
    await served('model', '1');
    await bed.apply(oneOf('2', 'model'));
    await served('model', '2');
    await bed.apply(oneOf('3', 'model'));
    await served('model', '3');
    await waitFor('old revisions and records are deleted', async () => {
      const deployments = await bed.list(resourceKinds.deployment);
      return deployments.length === 1 && (await bed.list(resourceKinds.modelRollout)).length === 1;
    });

    const { uid } = (await bed.get(resourceKinds.modelDeployment, 'model'))!.metadata;
    await bed.apply({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'RolloutAction',
      metadata: { name: 'refused', namespace: 'default' },
      spec: { target: { name: 'model', uid }, verb: 'pause', ttl: '2s' },
    });
    await waitFor('the action is answered, owned and deleted', async () => {
      return !(await bed.get(resourceKinds.rolloutAction, 'refused'));
    });

    for (let time = 0; time < 2; time += 1) {
      const [revision = ''] = Object.keys(await bed.routeOf('model'));
      await bed.merge(resourceKinds.httpRoute, 'model', {
        spec: { rules: [{ backendRefs: [{ name: `model-${revision}`, port: 80, weight: 7 }] }] },
      });
      await waitFor('the route is repaired', async () => (await bed.routeOf('model'))[revision] === 100);
    }

    const service = { traffic: { service: {} } };
    await bed.apply(oneOf('3', 'model', service));
    await waitFor('the route is gone', async () => !(await bed.get(resourceKinds.httpRoute, 'model')));
    await bed.apply(oneOf('4', 'model', service));
    await served('model', '4');

    await bed.apply({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'RolloutAction',
      metadata: { name: 'renew', namespace: 'default' },
      spec: { target: { name: 'model', uid }, verb: 'restart', requestedBy: 'ann', ttl: '60s' },
    });
    await waitFor('the pods are replaced', async () => {
      const action = await bed.get(resourceKinds.rolloutAction, 'renew');
      return action?.['status']?.state === 'Applied';
    });

    await bed.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'taken-service', namespace: 'default' },
      spec: { selector: { nobody: 'here' }, ports: [{ port: 80 }] },
    });
    await bed.apply({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'taken-route', namespace: 'default' },
      spec: { parentRefs: [{ name: 'public', namespace: 'gateway' }], hostnames: ['foreign.example.com'] },
    });
    for (const name of ['taken-service', 'taken-route']) {
      await bed.apply(oneOf('1', name));
      await bed.untilStatus(name, 'says whose the name is', ({ phase }) => phase === 'Failed');
    }
  }, 180_000);

  it('never asks for what it may not have', () => {
    const refused = readAuditLog(bed.cluster.auditLogPath).filter(
      ({ user, code }) => user === controllerUser && code === 403,
    );
    expect(refused).toEqual([]);
  });

  it('has no right that it does not use', () => {
    expect(grantedRights().length).toBeGreaterThan(40);
    const used = new Set(
      readAuditLog(bed.cluster.auditLogPath)
        .filter(({ user }) => user === controllerUser)
        .map(({ group, resource, verb }) => `${group} ${resource} ${verb}`),
    );
    expect(grantedRights().filter((right) => !used.has(right))).toEqual([]);
  });
});
