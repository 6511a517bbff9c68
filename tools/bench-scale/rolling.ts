import { setTimeout as sleep } from 'node:timers/promises';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { type AuditedRequest, controllerUser } from '../../test/support/audit-log.ts';
import type { TestBed } from '../../test/support/test-bed.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { residentMb } from '../bench/footprint.ts';
import { type Spread, spreadOf } from '../bench/statistics.ts';
import { auditedSince, endOfAuditLog, figuresOfRequests, type RequestFigures } from './audit-window.ts';
import { workloadName } from './contenders/contender.ts';
import { scaledModel } from './contenders/understudy.ts';
import type { CountingPrometheus } from './counting-prometheus.ts';
import { cpuSecondsOf } from './process-usage.ts';

/** What the controller does while a part of all objects rolls out. */
export interface RollingFigures {
  /** So many were held at their step when the rest was measured. */
  rolling: number;
  /** With all of them held: how fast it is with a few more, one every two seconds. Absent in figures from before it was measured. */
  heldReactionMs?: Spread;
  /** While all of them were changed, at this pace. */
  reactionMs: Spread;
  changesPerMinute: number;
  /** With all of them held at their step, judged every 15 s. */
  requests: RequestFigures;
  queriesPerSecond: number;
  shareOfCore: number;
  residentMb: number;
}

export interface RollingRun {
  /** Indexes of the workloads that are changed: from, and up to but not including. */
  from: number;
  to: number;
  changesPerMinute: number;
  judgedSeconds: number;
  /** So many more are changed in the end, those that follow. */
  probes: number;
}

const probesPerMinute = 30;

/** Changes the given workloads at an even pace, waits until all are held at their step, looks at them being judged, and at how fast a few more begin. */
export async function rollOut(
  bed: TestBed,
  prometheus: CountingPrometheus,
  { pid }: { pid: number },
  { from, to, changesPerMinute, judgedSeconds, probes }: RollingRun,
): Promise<RollingFigures> {
  const log = bed.cluster.auditLogPath;
  const changed = await change(bed, from, to, changesPerMinute);
  await untilHeld(bed, to);
  const reactions = await reactionsOf(log, changed);
  // What the last raise of a weight brings with it is over.
  await sleep(10_000);
  const offset = endOfAuditLog(log);
  const queriesBefore = prometheus.queries;
  const cpuBefore = cpuSecondsOf(pid);
  const judgedFromMs = Date.now();
  await sleep(judgedSeconds * 1000);
  const seconds = (Date.now() - judgedFromMs) / 1000;
  const shareOfCore = (cpuSecondsOf(pid) - cpuBefore) / seconds;
  const queriesPerSecond = (prometheus.queries - queriesBefore) / seconds;
  const requests = figuresOfRequests(await auditedSince(log, offset, controllerUser), seconds);
  const heldMb = residentMb(pid);
  const probed = await change(bed, to, to + probes, probesPerMinute);
  await untilHeld(bed, to + probes);
  return {
    rolling: to,
    heldReactionMs: spreadOf(await reactionsOf(log, probed)),
    reactionMs: spreadOf(reactions),
    changesPerMinute,
    requests,
    queriesPerSecond,
    shareOfCore,
    residentMb: heldMb,
  };
}

interface Changed {
  /** Where the audit log ended before. */
  offset: number;
  /** When each change was answered, by name. */
  atMs: ReadonlyMap<string, number>;
}

async function change(bed: TestBed, from: number, to: number, perMinute: number): Promise<Changed> {
  const offset = endOfAuditLog(bed.cluster.auditLogPath);
  const atMs = new Map<string, number>();
  const startedMs = Date.now();
  const changes: Promise<unknown>[] = [];
  for (let index = from; index < to; index += 1) {
    await sleep(Math.max(0, startedMs + ((index - from) * 60_000) / perMinute - Date.now()));
    const name = workloadName(index);
    changes.push(bed.apply(scaledModel({ name, revision: 2 })).then(() => atMs.set(name, Date.now())));
  }
  await Promise.all(changes);
  return { offset, atMs };
}

const reactionsOf = async (log: string, { offset, atMs }: Changed) =>
  reactionsIn(await auditedSince(log, offset, controllerUser), atMs);

async function untilHeld(bed: TestBed, count: number): Promise<void> {
  await waitFor(
    `${count} are held at their step`,
    async () => {
      const all = await bed.list(resourceKinds.modelDeployment);
      const held = all.filter(
        ({ status }) => status?.phase === 'Progressing' && status.traffic?.applied === 50,
      );
      if (held.length < count) throw new Error(`${held.length} are; ${JSON.stringify(firstOf(all, held))}`);
      return true;
    },
    { timeoutMs: Math.max(120_000, count * 500), everyMs: Math.max(1_000, count) },
  );
}

/** One that is not held though it was changed, for who has to find out why. */
function firstOf(all: readonly KubernetesObject[], held: readonly KubernetesObject[]): unknown {
  const other = all.find((one) => one.metadata.generation === 2 && !held.includes(one));
  return other && { name: other.metadata.name, status: other.status };
}

/**
 * For each changed object, how long after the answer to its change the first write about it came in. The first write of a rollout is the
 * creation of its record. Throws where there is none.
 */
export function reactionsIn(
  requests: readonly AuditedRequest[],
  changedMs: ReadonlyMap<string, number>,
): number[] {
  const firstMs = new Map<string, number>();
  for (const { resource, verb, name, receivedAtMs } of requests) {
    if (resource !== 'modelrollouts' || verb !== 'create') continue;
    const owner = name.replace(/-\d+$/, '');
    firstMs.set(owner, Math.min(receivedAtMs, firstMs.get(owner) ?? Infinity));
  }
  return [...changedMs].map(([name, atMs]) => {
    const first = firstMs.get(name);
    if (first === undefined) throw new Error(`no ModelRollout of ${name} was created`);
    // A watch may be faster than the answer to who made the change.
    return Math.max(0, first - atMs);
  });
}
