import { isSame } from '../api-server/json-value.ts';
import type { Violation } from '../laws/law-watch.ts';
import type { ControllerVariant } from '../simulated-controller.ts';
import { type EndState, endStateOf, expectedEnd, type RestState, restStateOf } from './end-state.ts';
import { happenings, type Schedule } from './schedule.ts';
import { finalSpecOf, finalVersionOf, firstVersion, specOf } from './setting.ts';
import { waitForGates } from './hold-by-gates.ts';
import { patienceMs } from './last-word.ts';
import { Stage } from './stage.ts';
import { actionTtl } from './wishes.ts';

/** What one run did and how it ended. */
export interface Play {
  violations: Violation[];
  end: EndState;
  /** The same at rest, as it is compared with that of a twin. */
  rest: RestState;
  passes: number;
  /** Of controllers, without the Lease. */
  writes: number;
  events: number;
  /** Virtual time. */
  tookMs: number;
  /** What was reached before the finale. */
  reached: { weight: boolean; promotion: boolean; rollback: boolean };
}

const servedWithinMs = 30_000;
/** Longer than any backoff, the Lease, all steps, the deadline and the drain together. */
const settledWithinMs = 240_000;
/** Watches that broke are open again by then, and a Lease that was lost is held again. */
const lookedAtWithinMs = 60_000;
/** Longer than the longest wait between two tries. */
const toldWithinMs = 1_000_000;
/** Longer than what may still be under way when all is where it belongs: a drain, and an action whose end was written by a clock that was wrong. */
const restMs = 50_000;
/** Longer than anything that looks again by itself waits. */
const quietMs = 40_000;

/**
 * Plays a schedule: the first revision is served, the events happen, the faults end, one more version is released, and everything comes to
 * rest. All on the way is held against the laws, and the end against what the last wish asks for.
 */
export async function play(schedule: Schedule, variant?: () => ControllerVariant): Promise<Play> {
  const { setting } = schedule;
  const stage = new Stage(schedule.seed, setting, variant);
  const { world, model, watch } = stage;
  const reached = { weight: false, promotion: false, rollback: false };
  const noteReached = () => {
    const { rollout } = watch.facts;
    if (!rollout) return;
    reached.weight ||= (watch.facts.shares[rollout.spec.to.revision] ?? 0) > 0;
    reached.promotion ||= rollout.status.outcome === 'Promoted';
    reached.rollback ||= ['RolledBack', 'Failed'].includes(rollout.status.outcome ?? '');
  };
  stage.startMissing();
  model.create(specOf(setting, firstVersion));
  await world.runUntil(() => stage.failed || model.phase === 'Healthy', servedWithinMs);
  const stopNoting = world.server.onWrite(noteReached);
  const beganAtMs = world.clock.monotonic();
  stage.isDisturbed = true;
  for (const { atMs, name, drawn } of schedule.events) {
    await stage.run(beganAtMs + atMs - world.clock.monotonic());
    if (stage.failed) break;
    happenings[name]!.happen(stage, ...drawn);
  }
  if (!stage.failed) await stage.run(setting.lastsMs);
  stopNoting();
  if (!stage.failed) await finale(stage);
  const isLease = (kind: string) => kind === 'Lease' || kind === 'Event';
  return {
    violations: watch.violations,
    end: endStateOf(stage),
    rest: restStateOf(stage),
    passes: watch.passes,
    writes: world.history.writes.filter(({ user, kind }) => user.startsWith('understudy-') && !isLease(kind))
      .length,
    events: schedule.events.length,
    tookMs: world.clock.monotonic(),
    reached,
  };
}

/** Of a ModelDeployment that was made anew and never served, a revision has to be served before another one can be compared with it. */
async function somethingServes(stage: Stage): Promise<void> {
  const { world, model, setting } = stage;
  const isServed = () => stage.failed || model.stable !== '';
  if (await world.runUntil(isServed, 5_000)) return;
  model.edit(() => specOf(setting, firstVersion));
  await world.runUntil(isServed, servedWithinMs);
}

/**
 * Who asks by the spec for what it says already takes back no action by that: what somebody paused, and what a `rollback` went back from
 * against the spec, goes on when they say `resume` as well.
 */
async function resumeWhatStands(
  { world, model, finalVersion }: Stage,
  isThere: () => boolean,
): Promise<void> {
  const wasRolledBack = () =>
    model.phase === 'RolledBack' && model.status.stable?.model?.version !== finalVersion;
  for (const [standsStill, name] of [
    [() => model.phase === 'Paused', 'goes-on'],
    [wasRolledBack, 'let-go'],
  ] as const) {
    await world.runUntil(() => standsStill() || wasRolledBack() || isThere(), settledWithinMs);
    if (standsStill()) model.ask('resume', { name, requestedBy: 'alice', ttl: actionTtl });
  }
}

/** What users have for certain: a version that is still in its bake may be taken back for what was measured of it. */
function servedVersion({ model }: Stage): string {
  const newest = model.rollouts.at(-1);
  const running = newest?.status?.phase === 'Ended' ? undefined : newest;
  return running?.spec.from.model?.version ?? model.status.stable?.model?.version ?? firstVersion;
}

/** Whoever was deaf until now hears everything that there is to hear. */
async function tellEverything(stage: Stage): Promise<void> {
  stage.allTargets('takes');
  const isTold = () => stage.failed || stage.untold().length === 0;
  if (!(await stage.world.runUntil(isTold, toldWithinMs)))
    stage.complain(`law 13: nobody has told ${stage.untold().join(', ')}`);
}

/** Faults end, the last wish is spoken, and the world comes to rest where that wish says. */
async function finale(stage: Stage): Promise<void> {
  const { world, model, setting, watch } = stage;
  stage.stopFaults();
  await somethingServes(stage);
  if (stage.failed) return;
  // A wish that somebody still waits for would come after the last one.
  model.withdrawActions();
  stage.finalVersion = finalVersionOf(setting, servedVersion(stage));
  model.edit(() => finalSpecOf(setting, stage.finalVersion));
  const isHindered = setting.neighbour || setting.targets.length > 0;
  if (isHindered && !(await world.runUntil(() => stage.failed || watch.isLookedAt, lookedAtWithinMs)))
    return stage.complain(
      `law 17: beside ${setting.neighbour ? 'one that cannot be read' : 'targets that are told nothing'}, nobody looked at the last wish for ${lookedAtWithinMs / 1000} s`,
    );
  const isThere = () => {
    if (stage.failed) return true;
    const newest = model.rollouts.at(-1);
    if (newest && newest.status?.phase !== 'Ended') return false;
    if (setting.finale !== 'revert' && newest?.spec.to.model?.version !== stage.finalVersion) return false;
    const end = endStateOf(stage);
    return isSame(end, expectedEnd(stage, end));
  };
  if (setting.finale === 'revert') await resumeWhatStands(stage, isThere);
  await waitForGates(stage, settledWithinMs);
  const arrived = await world.runUntil(isThere, settledWithinMs + patienceMs(setting.gates));
  if (stage.failed) return;
  if (!arrived) {
    const end = endStateOf(stage);
    stage.complain(
      `end: everything came to rest elsewhere: ${JSON.stringify(end)} instead of ${JSON.stringify(expectedEnd(stage, end))}: ${model.status.message}`,
    );
    return;
  }
  await tellEverything(stage);
  await stage.run(restMs);
  const requests = stage.requests;
  await stage.run(quietMs);
  if (stage.requests > requests)
    stage.complain(`law 15: ${stage.requests - requests} requests although everything is settled`);
}
