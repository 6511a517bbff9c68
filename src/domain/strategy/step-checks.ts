import type { ModelRolloutStatus, RolloutPlan, RolloutStep } from '../../api/model-rollout.ts';
import { formatDuration } from '../../api/duration.ts';
import { approvalsInWords } from '../actions/approvals.ts';
import { toMs } from '../time.ts';
import { because } from '../words.ts';
import { metricsAt } from './placed-metrics.ts';
import { currentStep, stepSinceMs } from './plan.ts';
import { knownEvidence, type RolloutContext } from './rollout-context.ts';
import type { GateCheck, Obstacle } from './gate.ts';

/** What each kind of step waits for, beyond that its split is in force. */

type StepKind = RolloutStep['kind'];

/** Steps that are there for their pods, or are nothing without them. */
const needsPods: readonly StepKind[] = ['scale', 'preview', 'mirror'];

export function stepNeedsPods(plan: RolloutPlan, status: ModelRolloutStatus): boolean {
  const step = currentStep(plan, status);
  return step !== undefined && needsPods.includes(step.kind);
}

/** The pods that the step asks for. A weight asks for its own before it is raised (law 1). */
export const hasPodsOfStep: GateCheck = (context) => {
  const { spec, status } = context.rollout;
  return stepNeedsPods(spec.plan, status) ? hasCapacity(context) : undefined;
};

/** The candidate has the ready pods that its place in the plan takes (law 1). */
export function hasCapacity({ rollout, to, neededReady }: RolloutContext): Obstacle | undefined {
  const ready = to?.ready ?? 0;
  if (to?.hasService && ready >= neededReady) return undefined;
  return {
    message: `waiting for pods of revision ${rollout.spec.to.revision}: ${ready} of ${neededReady} ready${because(to?.problem)}`,
  };
}

/** Nobody can judge a preview that is not reachable. */
export const hasPreview: GateCheck = ({ world, rollout }) => {
  const { plan, to } = rollout.spec;
  if (currentStep(plan, rollout.status)?.kind !== 'preview') return undefined;
  const { preview, previewProblem } = world.traffic;
  if (previewProblem) return { message: `no preview: ${previewProblem.message}` };
  return preview === to.revision ? undefined : { message: 'waiting until the preview reaches the candidate' };
};

/** Copies are made: a step that mirrors nothing is never left as if it had (law 8). */
export const hasMirror: GateCheck = ({ world, rollout, to }) => {
  if (currentStep(rollout.spec.plan, rollout.status)?.kind !== 'mirror') return undefined;
  if (!to?.mirrorReady) return { message: 'waiting for endpoints of the mirror Service' };
  return world.traffic.extras.mirror?.revision === rollout.spec.to.revision
    ? undefined
    : { message: 'waiting until the gateway copies requests to the candidate' };
};

export const hasHeldLongEnough: GateCheck = ({ world, rollout }) => {
  const step = currentStep(rollout.spec.plan, rollout.status);
  if (!step || !('holdMs' in step)) return undefined;
  const untilMs = appliedMs(rollout, world.nowMs) + step.holdMs;
  return world.nowMs < untilMs ? { message: 'holding', untilMs } : undefined;
};

/** For a time, and until there were enough of them: a quiet night proves nothing. */
export const hasMirroredLongEnough: GateCheck = (context) => {
  const { world, rollout } = context;
  const step = currentStep(rollout.spec.plan, rollout.status);
  if (step?.kind !== 'mirror') return undefined;
  const untilMs = appliedMs(rollout, world.nowMs) + step.durationMs;
  if (world.nowMs < untilMs) return { message: `copying ${step.percent}% of the requests`, untilMs };
  // Where nobody counts, time alone decides; the condition AnalysisAvailable says so.
  if (!world.analysis.preset || world.analysis.metrics.kind === 'notConfigured') return undefined;
  const copies = Math.floor(copiesOf(context) ?? 0);
  if (copies >= step.minRequests) return undefined;
  return { message: `copying: ${copies} of ${step.minRequests} requests so far` };
};

/** Copies that the candidate was counted to have had on this step. */
function copiesOf(context: RolloutContext): number | undefined {
  const evidence = knownEvidence(context);
  return evidence?.stepIndex === context.rollout.status.step.index ? evidence.share?.candidate : undefined;
}

export const hasPausedLongEnough: GateCheck = ({ world, rollout }) => {
  const step = currentStep(rollout.spec.plan, rollout.status);
  if (step?.kind !== 'pause') return undefined;
  if (step.approvals !== undefined) {
    const given = rollout.status.step.approvals?.length ?? 0;
    if (given >= step.approvals) return undefined;
    return { message: approvalsInWords(rollout), pauses: 'WaitingForApproval' };
  }
  if (step.durationMs === undefined) {
    return { message: 'paused by its plan, without an end', pauses: 'PauseStep' };
  }
  const untilMs = (toMs(rollout.status.step.enteredAt) ?? world.nowMs) + step.durationMs;
  return world.nowMs < untilMs ? { message: 'paused by its plan', untilMs, pauses: 'PauseStep' } : undefined;
};

/** A metric with a start delay, or whose query looks back beyond the beginning of the split, is waited for. */
export const metricsHaveStarted: GateCheck = ({ world, rollout }) => {
  const late = metricsToStart({ world, rollout })
    .filter(({ dryRun }) => !dryRun)
    .at(-1);
  if (!late || world.analysis.metrics.kind === 'notConfigured') return undefined;
  const { name, waitMs, untilMs } = late;
  return {
    message: `metric ${name} is asked ${formatDuration(waitMs)} after the split is in force`,
    untilMs,
  };
};

/** The metrics that are not asked yet, and when they will be, the first one first. */
export function metricsToStart({ world, rollout }: Pick<RolloutContext, 'world' | 'rollout'>) {
  return metricsAt(rollout)
    .map(({ name, dryRun, waitMs }) => ({
      name,
      dryRun,
      waitMs,
      untilMs: appliedMs(rollout, world.nowMs) + waitMs,
    }))
    .filter(({ untilMs }) => world.nowMs < untilMs)
    .sort((left, right) => left.untilMs - right.untilMs);
}

const appliedMs = ({ spec, status }: RolloutContext['rollout'], nowMs: number): number =>
  stepSinceMs(spec.plan, status) ?? nowMs;
