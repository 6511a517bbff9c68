import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../support/audit-log.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

const count = 100;
const idleMs = 60_000;

/** Law 15, counted where it can be counted: in the API server's audit log. */
describe(`${count} settled ModelDeployments`, () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await TestBed.start();
    await bed.installController();
    const names = Array.from({ length: count }, (_, index) => `model-${index}`);
    // Scaled to zero: what is counted are the controller's requests, and a hundred servers would only cost memory.
    for (const name of names) {
      const traffic = Number(name.slice(6)) % 2 === 0 ? {} : { traffic: { service: {} } };
      await bed.apply(modelDeployment({ name, spec: { replicas: 0, ...traffic } }));
    }
    await waitFor(
      'all are settled',
      async () => {
        const all = await bed.list(resourceKinds.modelDeployment);
        return all.length === count && all.every(({ status }) => status?.phase === 'Healthy');
      },
      { timeoutMs: 120_000, everyMs: 1_000 },
    );
    await sleep(5_000);
  }, 300_000);
  afterAll(() => bed?.stop(), 60_000);

  it(
    'cost no write but the Lease, and no read but renewed watches, for a minute',
    async () => {
      const fromMs = Date.now();
      await sleep(idleMs);
      const untilMs = Date.now();
      const requests = readAuditLog(bed.cluster.auditLogPath).filter(
        ({ user, receivedAtMs }) =>
          user === controllerUser && receivedAtMs >= fromMs && receivedAtMs <= untilMs,
      );
      const lease = requests.filter(({ resource }) => resource === 'leases');
      const others = requests.filter(({ resource }) => resource !== 'leases');
      // The log does work: a leader that renews every half second is in it.
      expect(lease.length).toBeGreaterThan(20);
      expect(others.filter(isWrite)).toEqual([]);
      expect(others.filter(({ verb }) => verb !== 'watch')).toEqual([]);
    },
    idleMs + 30_000,
  );
});
