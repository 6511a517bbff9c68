import { noteWishes } from '../actions/wishes.ts';
import { measurementIntervalMs, measurementSlot } from '../analysis/measurement-slot.ts';
import type { PassDecision, RevisionIntent } from '../decision.ts';
import { retireRevisions } from '../revision/draining.ts';
import { type Roles, findRevision, revisionInCharge } from '../roles.ts';
import { withConditions } from '../status/record-conditions.ts';
import { rolloutStatusOf } from '../status/rollout-status.ts';
import { settledStatus } from '../status/settled-status.ts';
import { earliest } from '../time.ts';
import { podsForWeight } from '../traffic/pods.ts';
import type { RolloutView, World } from '../world.ts';
import { advance } from './advance.ts';
import { noteCalibration } from './calibration.ts';
import { takeBackUncarriedWeight } from './capacity-cut.ts';
import { checkpoint, inquiryOf, judgeRollout, noteNoData } from './evidence.ts';
import { notePreset } from './note-preset.ts';
import type { Advance } from './gate.ts';
import { endingOf, maxHoldEndsAtMs, noDataDecidesAtMs, progressDeadlineAtMs } from './outcome-checks.ts';
import { growsAtMs } from './next-weight.ts';
import { lastOf, mirrors } from './plan.ts';
import { endingGate, nextQuestionAtMs, noteGates } from './outside-gates.ts';
import { noteLoss, noteProgress } from './progress-notes.ts';
import { weightToWrite } from './raise-weight.ts';
import { repairEvent } from './repair-event.ts';
import { type RolloutContext, rolloutContext, withStatus } from './rollout-context.ts';
import { decisionEvents, pauseEvents } from './rollout-events.ts';
import { type Split, isInForce, settledSplit, splitFor, withheldInWords } from './rollout-traffic.ts';
import { conclude, bringBack } from './return-traffic.ts';
import { metricsToStart } from './step-checks.ts';

/** One pass of a running rollout: what ends it comes first, then what takes weight back, then what moves it on. */
export function decideRollout(world: World, roles: Roles, rollout: RolloutView): PassDecision {
  const judgement = judgeRollout(world, rollout);
  const heard = noteCalibration(world, rollout, noteNoData(world, rollout, judgement));
  const noted = { ...rollout, status: noteGates(world, { ...rollout, status: notePreset(world, heard) }) };
  const context = rolloutContext(world, roles, noted, judgement);
  const progressed = withStatus(context, noteProgress(context));
  const { status, obstacle } = next(withStatus(progressed, noteLoss(progressed)));
  const recorded = withConditions(checkpoint(rollout, status, judgement), world.nowMs);
  const after = withStatus(context, recorded);
  const stable = revisionInCharge(after.rollout);
  const isOver = recorded.phase === 'Ended';
  const split = isOver ? settledSplit(world, stable) : splitToWrite(after);
  const withheld = withheldInWords(world, split);
  const mayWrite = !world.traffic.problem && withheld === undefined;
  const retirement = retireRevisions(
    world,
    isOver ? [stable] : [rollout.spec.from.revision, rollout.spec.to.revision],
  );
  const decisions = decisionEvents(rollout.status, recorded);
  const isDrift = mayWrite && decisions.length === 0;
  const repaired = isDrift ? repairEvent(world, split, { decided: recorded.weight, stable }) : undefined;
  return {
    rolloutStatus: { name: rollout.name, status: recorded },
    trafficBeforeRecord: judgement?.verdict === 'Fail' || endingGate(noted)?.said === 'Fail',
    revisions: [...workloads(after), ...retirement.intents],
    traffic: mayWrite ? split : undefined,
    status: isOver
      ? statusAtTheEnd(after, stable, split, withheld)
      : rolloutStatusOf(after, obstacle, withheld),
    events: [
      ...decisions,
      ...pauseEvents(rollout.status, recorded, obstacle),
      ...(repaired ? [repaired] : []),
    ],
    ...(judgement && { judgement }),
    requeueAfterMs: wakeAfterMs(after, [obstacle?.untilMs, retirement.nextAtMs]),
  };
}

function next(context: RolloutContext): Advance {
  const { rollout } = context;
  if (rollout.status.phase === 'Returning') return bringBack(context);
  const ending = endingOf(context);
  if (ending) return { status: conclude(context, ending), obstacle: undefined };
  const cut = takeBackUncarriedWeight(context);
  if (cut) return { status: cut, obstacle: { message: cut.message ?? '' } };
  return advance(withStatus(context, noteWishes(context)));
}

/** What the record decided; but weight that was taken away from the live objects stays away until it is restored (law 5). */
function splitToWrite(context: RolloutContext): Split {
  const { world, rollout, replicas } = context;
  const status = { ...rollout.status, weight: weightToWrite(context) };
  return splitFor(world, { ...rollout, status }, replicas);
}

/** The outcome is written: from here on the world is settled, and said to be so. */
function statusAtTheEnd(
  { world, roles, rollout }: RolloutContext,
  stable: string,
  split: Split,
  withheld: string | undefined,
) {
  const inForce = isInForce(world, split);
  const settled = {
    stable,
    view: findRevision(world, stable),
    inForce,
    // The phase was another one until now.
    onlyTidies: false,
    withheld,
    starting: undefined,
  };
  return settledStatus(world, { ...roles, stable, active: undefined, newest: rollout }, settled);
}

/**
 * Both arms' pods. The stable keeps full capacity until the bake is over (law 6), the candidate has what its place in the
 * plan takes, and neither shrinks while the rollout runs (laws 3 and 4).
 */
function workloads(context: RolloutContext): RevisionIntent[] {
  const { rollout, world, from, neededStable } = context;
  const { spec, status } = rollout;
  if (status.phase === 'Ended') return [];
  const intents: RevisionIntent[] = [];
  if (from) {
    intents.push({ kind: 'keep', revision: from.revision, replicas: neededStable, drainUntilMs: null });
  }
  const candidate = { replicas: candidatePods(context), ...mirrorService(context) };
  const isUndescribed = spec.insteadOf !== undefined || world.deployment.invalidSpec !== undefined;
  if (spec.to.revision === world.target.revision && !isUndescribed) {
    intents.push({ kind: 'ensure', identity: world.target, ...candidate });
  } else if (isUndescribed) {
    // Who goes back asks for a revision that the spec does not describe: it is there, or it is lost.
    intents.push({ kind: 'keep', revision: spec.to.revision, drainUntilMs: null, ...candidate });
  }
  return intents;
}

/** Nothing shrinks while the rollout runs, unless a `scale` step says so: then to no fewer than its weight takes (law 3). */
function candidatePods({ rollout, to, neededPods, replicas, sizing }: RolloutContext): number {
  const { spec, status } = rollout;
  const has = to?.replicas ?? 0;
  const said = status.phase === 'Stepping' && lastOf(spec.plan, status.step.index, 'scale') !== undefined;
  if (!said || neededPods >= has) return Math.max(neededPods, has);
  return Math.max(neededPods, Math.min(has, podsForWeight(status.weight, replicas, sizing.router)));
}

/** It stands from the beginning, so that a gateway knows it, until the last copies are behind the rollout. */
function mirrorService({ world, rollout: { spec, status }, to }: RolloutContext): {
  mirrorService?: boolean;
} {
  if (!mirrors(spec.plan)) return {};
  const isAhead =
    status.phase === 'Preparing' ||
    (status.phase === 'Stepping' &&
      mirrors({ ...spec.plan, steps: spec.plan.steps.slice(status.step.index) }));
  if (isAhead) return { mirrorService: true };
  const isNamed = world.traffic.extras.mirror?.revision === spec.to.revision;
  return to?.hasMirrorService && !isNamed ? { mirrorService: false } : {};
}

/** The next time at which something is to be decided although nothing happens. A time that is over decides nothing more. */
function wakeAfterMs(context: RolloutContext, waits: (number | undefined)[]): number | undefined {
  const { world, rollout } = context;
  const times = [
    ...waits,
    progressDeadlineAtMs(context),
    noDataDecidesAtMs(rollout),
    maxHoldEndsAtMs(context),
    growsAtMs(context),
    nextMeasurementAtMs(context),
    nextQuestionAtMs(world, rollout),
    // Before its first metric begins nothing else may be asked that would bring the next pass.
    metricsToStart(context)[0]?.untilMs,
  ];
  const wakeAtMs = earliest(...times.filter((atMs) => atMs !== undefined && atMs > world.nowMs));
  return wakeAtMs === undefined ? undefined : wakeAtMs - world.nowMs;
}

function nextMeasurementAtMs({ world, rollout }: RolloutContext): number | undefined {
  if (world.analysis.metrics.kind === 'notConfigured' || !inquiryOf(world, rollout)) return undefined;
  return measurementSlot(
    world.nowMs,
    measurementIntervalMs(rollout.spec.analysis, world.analysis.scrapeIntervalMs),
  ).endMs;
}
