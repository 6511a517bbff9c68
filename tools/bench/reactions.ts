import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../../test/support/audit-log.ts';
import { modelDeployment } from '../../test/support/model-deployment.ts';
import type { TestBed } from '../../test/support/test-bed.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { ScriptedPrometheus } from './scripted-prometheus.ts';

/**
 * From the API server's answer to a change of the spec to the moment when the controller's first write for it came in, by the
 * audit log's own clock, in milliseconds. The object has no pods: a first write needs none.
 */
export async function specChangeToFirstWrite(bed: TestBed, samples: number): Promise<number[]> {
  const name = 'probe';
  const versionOf = (index: number) =>
    modelDeployment({ name, version: String(index), spec: { replicas: 0 } });
  await bed.apply(versionOf(0));
  await bed.untilStatus(name, 'is settled', ({ phase }) => phase === 'Healthy');
  for (let index = 1; index <= samples; index += 1) {
    await untilQuiet(bed);
    await bed.apply(versionOf(index));
    await bed.untilStatus(name, 'has a rollout', ({ rollout }) => rollout?.name === `${name}-${index}`, {
      everyMs: 20,
    });
    await bed.apply(versionOf(0));
    await bed.untilStatus(
      name,
      'is settled again',
      ({ phase, rollout }) => phase === 'Healthy' && rollout?.outcome === 'RolledBack',
      { everyMs: 20 },
    );
  }
  const log = readAuditLog(bed.cluster.auditLogPath);
  const changes = log.filter(
    (request) => request.resource === 'modeldeployments' && request.name === name && request.verb === 'patch',
  );
  const starts = log.filter(
    (request) =>
      request.user === controllerUser && request.resource === 'modelrollouts' && request.verb === 'create',
  );
  return starts.map(({ receivedAtMs }) => {
    const change = changes.filter(({ answeredAtMs }) => answeredAtMs <= receivedAtMs + 1_000).at(-1);
    const before = changes.filter((request) => request.receivedAtMs <= receivedAtMs).at(-1) ?? change;
    return Math.max(0, receivedAtMs - (before?.answeredAtMs ?? receivedAtMs));
  });
}

/** Waits until the controller has done everything that the last change brought with it: it has asked for nothing for a while. */
async function untilQuiet(bed: TestBed): Promise<void> {
  const quietMs = 300;
  await waitFor('the controller is quiet', () => {
    const lastMs = readAuditLog(bed.cluster.auditLogPath)
      .filter(
        ({ user, resource, verb }) => user === controllerUser && resource !== 'leases' && verb !== 'watch',
      )
      .reduce((latest, { answeredAtMs }) => Math.max(latest, answeredAtMs), 0);
    return Date.now() - lastMs > quietMs;
  });
}

/**
 * From the answer of the metrics source that makes the gate fail to the moment when the write of the HTTPRoute was answered,
 * in milliseconds: the way through the queue, the decision, the record and the route.
 */
export async function verdictToTrafficWrite(
  bed: TestBed,
  prometheus: ScriptedPrometheus,
  samples: number,
): Promise<number[]> {
  const name = 'judged';
  const versionOf = (version: number) =>
    modelDeployment({
      name,
      version: String(version),
      spec: {
        replicas: 1,
        drain: '0s',
        revisionHistoryLimit: 0,
        strategy: { canary: { steps: [{ weight: 50, hold: '10m' }] } },
        analysis: {
          interval: '1s',
          metrics: [{ name: 'harm', kind: 'query', query: 'harm', fail: 'result > 0.5' }],
        },
      },
    });
  prometheus.say(0);
  await bed.apply(versionOf(0));
  await bed.untilStatus(name, 'is served', ({ phase }) => phase === 'Healthy');
  const reactions: number[] = [];
  for (let index = 1; index <= samples; index += 1) {
    await bed.apply(versionOf(index));
    await bed.untilStatus(
      name,
      'is judged',
      ({ traffic, analysis }) => traffic?.applied === 50 && analysis?.[0]?.verdict === 'Pass',
      { everyMs: 50 },
    );
    prometheus.say(1);
    const answeredAtMs = await waitFor('the verdict is given', () => prometheus.answeredAtMs, { everyMs: 5 });
    await bed.untilStatus(name, 'is taken back', ({ phase }) => phase === 'RolledBack', { everyMs: 20 });
    const write = readAuditLog(bed.cluster.auditLogPath).find(
      (request) =>
        request.user === controllerUser &&
        request.resource === resourceKinds.httpRoute.plural &&
        request.name === name &&
        isWrite(request) &&
        request.answeredAtMs >= answeredAtMs,
    );
    if (!write) throw new Error(`no write of the route after verdict ${index}`);
    reactions.push(write.answeredAtMs - answeredAtMs);
    prometheus.say(0);
  }
  return reactions;
}
