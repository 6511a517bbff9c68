import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../support/audit-log.ts';
import type { ControllerProcess } from '../support/controller-process.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

const leaseNamespace = 'understudy-system';
/** Long beside what a loaded machine needs for two requests, so that waiting it out can be told from not waiting. */
const leaseMs = 8_000;
const slackMs = 6_000;
const leaderElection = { leaseDuration: '8s', renewDeadline: '6s', retryPeriod: '500ms' };

describe('two controllers', () => {
  let bed: TestBed;
  let first: ControllerProcess;
  let second: ControllerProcess;

  beforeAll(async () => {
    bed = await TestBed.start();
    first = await bed.startController({ leaderElection }, 'understudy-0');
    await waitFor('the first leads', async () => (await holder())?.startsWith('understudy-0'));
    second = await bed.startController({ leaderElection }, 'understudy-1');
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  const holder = async (): Promise<string | undefined> =>
    (await bed.get(resourceKinds.lease, 'understudy', leaseNamespace))?.['spec']?.holderIdentity;

  it('are both ready, and one of them leads', async () => {
    expect((await fetch(`${second.address}/readyz`)).status).toBe(200);
    expect(await first.metrics()).toContain('understudy_leader 1');
    expect(await second.metrics()).toContain('understudy_leader 0');
  });

  it('take over within the lease time when the leader is killed, and do nothing twice', async () => {
    await bed.apply(modelDeployment({ version: '1' }));
    await bed.untilStatus('model', 'is healthy', ({ phase }) => phase === 'Healthy');
    await bed.apply(modelDeployment({ version: '2' }));
    await bed.untilStatus(
      'model',
      'is at its first step',
      ({ rollout, traffic }) => rollout?.step === 0 && traffic?.applied === 20,
    );

    const killedAtMs = Date.now();
    await first.stop('SIGKILL');
    await waitFor('the second leads', async () => (await holder())?.startsWith('understudy-1'));
    expect(Date.now() - killedAtMs).toBeLessThan(leaseMs + slackMs);

    await bed.untilStatus(
      'model',
      'is promoted',
      ({ phase, rollout }) => phase === 'Healthy' && rollout?.outcome === 'Promoted',
    );
    const rollouts = await bed.list(resourceKinds.modelRollout);
    expect(rollouts.map(({ metadata }) => metadata.name)).toEqual(['model-1']);
    const raised = rollouts[0]?.['status'].decisions.filter(
      ({ action }: { action: string }) => action === 'WeightRaised',
    );
    expect(raised.map(({ weight }: { weight: number }) => weight)).toEqual([20, 50, 100]);
  }, 120_000);

  it('hand over at once when the leader stops cleanly', async () => {
    const third = await bed.startController({ leaderElection }, 'understudy-2');
    const stoppedAtMs = Date.now();
    expect(await second.stop('SIGTERM')).toBe(0);
    await waitFor('the third leads', async () => (await holder())?.startsWith('understudy-2'));
    // A leader that was killed would have left its whole lease to wait for.
    expect(Date.now() - stoppedAtMs).toBeLessThan(leaseMs - 1_000);
    expect(await third.metrics()).toContain('understudy_leader 1');
  }, 60_000);

  it('write only as the leader: no write of the controller was refused as stale without a reason', () => {
    const writes = readAuditLog(bed.cluster.auditLogPath).filter(
      (request) => request.user === controllerUser && isWrite(request),
    );
    const created = writes.filter(
      ({ verb, code, resource }) => verb === 'create' && code === 201 && resource === 'modelrollouts',
    );
    expect(created).toHaveLength(1);
    expect(writes.filter(({ code }) => code === 403 || code === 422)).toEqual([]);
  });
});
