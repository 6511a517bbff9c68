import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../support/audit-log.ts';
import type { ControllerRun } from '../support/controller-run.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

const leaseNamespace = 'understudy-system';
/** Long beside what a loaded machine needs for two requests, so that waiting it out can be told from not waiting. */
const leaseMs = 8_000;
const slackMs = 6_000;
const leaderElection = { leaseDuration: '8s', renewDeadline: '6s', retryPeriod: '500ms' };

describe('two replicas', () => {
  let bed: TestBed;
  let controller: InstalledController;

  beforeAll(async () => {
    bed = await TestBed.start();
    controller = await bed.installController({ replicas: 2, config: { leaderElection } });
    await untilLeads();
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  /** The replica that leads now and lives, once there is one. */
  const untilLeads = (): Promise<ControllerRun> =>
    waitFor('a replica leads', async () => {
      const alive = controller.runs.filter(({ ended }) => !ended);
      const leads = await Promise.all(alive.map((run) => run.metric('understudy_leader')));
      return alive.find((_, index) => leads[index] === 1);
    });

  it('are both ready, and one of them leads', async () => {
    const leader = await untilLeads();
    const other = controller.runs.find((run) => run !== leader)!;
    expect((await fetch(`${other.address}/readyz`)).status).toBe(200);
    expect(await other.metric('understudy_leader')).toBe(0);
    const lease = await bed.get(resourceKinds.lease, 'understudy', leaseNamespace);
    expect(lease?.['spec']?.holderIdentity).toMatch(new RegExp(`^${leader.pod}_`));
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

    const killed = await untilLeads();
    const killedAtMs = Date.now();
    killed.signal('SIGKILL');
    await killed.exitCode();
    const next = await untilLeads();
    expect(Date.now() - killedAtMs).toBeLessThan(leaseMs + slackMs);
    // Its own container starts again long before its Lease ends, as another candidate.
    expect(next.pod).not.toBe(killed.pod);
    expect((await controller.nextRun()).pod).toBe(killed.pod);

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
    const leader = await untilLeads();
    const stoppedAtMs = Date.now();
    await bed.delete(resourceKinds.pod, leader.pod, leaseNamespace);
    expect(await leader.exitCode()).toBe(0);
    const next = await untilLeads();
    // A leader that was killed would have left its whole lease to wait for.
    expect(Date.now() - stoppedAtMs).toBeLessThan(leaseMs - 1_000);
    expect(next.pod).not.toBe(leader.pod);
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
