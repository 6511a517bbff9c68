import type { ModelRolloutStatus, RolloutPlan } from '../../api/model-rollout.ts';
import type { Reason } from '../../api/reasons.ts';
import type { Judgement } from '../analysis/judge.ts';
import type { ActionView } from '../world.ts';
import type { Advance } from './gate.ts';
import { stepInWords, weightAt } from './plan.ts';
import { type RolloutContext, withStatus } from './rollout-context.ts';
import { withReport } from './shadow-report.ts';
import { end, enter } from './transitions.ts';

/** A person asked to go there. */
interface Request {
  action: ActionView;
  reason: Reason;
}

/** Leaves the step forward, to whatever comes next in the plan. */
export function leaveForward(context: RolloutContext, request?: Request): Advance {
  const { rollout, world } = context;
  const { plan, to } = rollout.spec;
  const reported = withStatus(context, withReport(context));
  const next = rollout.status.step.index + 1;
  if (next < plan.steps.length) return enterStep(reported, next, request);
  if (plan.end !== 'stop') return enterPromotion(reported, request);
  const message = `revision ${to.revision} was tried on copies of requests, and nothing was to follow: see the report`;
  return entered(
    end(reported.rollout.status, world.nowMs, {
      outcome: 'Completed',
      reason: 'ShadowCompleted',
      message,
      remembered: true,
      request: request?.action,
    }),
  );
}

/** From the preparation to the first place of the plan. */
export const beginPlan = (context: RolloutContext, request?: Request): Advance =>
  context.rollout.spec.plan.steps.length === 0
    ? enterPromotion(context, request)
    : enterStep(context, 0, request);

export function enterStep(context: RolloutContext, index: number, request?: Request): Advance {
  const { rollout, world, judgement } = context;
  const { plan } = rollout.spec;
  const place = `${stepInWords(plan, index)}: ${stepKindInWords(plan, index)}`;
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Stepping', index, changesRoute: changesRoute(plan, index) },
      {
        action: 'StepEntered',
        reason: request?.reason ?? 'StepEntered',
        message: `${leftInWords(context)}; ${place}`,
        verdict: judgement?.verdict,
        request: request?.action,
      },
    ),
  );
}

export function enterPromotion(context: RolloutContext, request?: Request): Advance {
  const { rollout, world, judgement } = context;
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Promoting', index: rollout.spec.plan.steps.length },
      {
        action: 'StepEntered',
        reason: request?.reason ?? 'Promoting',
        message: `${leftInWords(context)}; the candidate gets full capacity, then all traffic`,
        verdict: judgement?.verdict,
        request: request?.action,
      },
    ),
  );
}

/** Testers, copies and previews come and go by the route: such a step is in force only when the route says so. */
function changesRoute({ steps }: RolloutPlan, index: number): boolean {
  const kinds = [steps[index - 1]?.kind, steps[index]?.kind];
  return kinds.includes('mirror') || kinds[1] === 'match' || kinds[1] === 'preview';
}

function stepKindInWords(plan: RolloutPlan, index: number): string {
  const step = plan.steps[index];
  switch (step?.kind) {
    case 'mirror':
      return `copies of ${step.percent}% of the requests`;
    case 'match':
      return step.matches.length > 0 ? 'testers get the candidate' : 'testers go back to the split';
    case 'scale':
      return 'the candidate gets other pods';
    case 'preview':
      return 'the candidate is reachable at its preview';
    case 'adaptive':
      return `weights by the evidence, from ${step.start}% on`;
    case 'pause':
      return `pause at ${weightAt(plan, index)}%`;
    default:
      return `weight ${weightAt(plan, index)}%`;
  }
}

export function entered(status: ModelRolloutStatus): Advance {
  return { status, obstacle: undefined };
}

function leftInWords({ rollout, judgement }: RolloutContext): string {
  const { status, spec } = rollout;
  if (status.phase === 'Preparing') return 'candidate is ready';
  const verdict = judgement ? ` with ${judgement.verdict}` : '';
  return `left ${stepInWords(spec.plan, status.step.index)}${verdict}${dryRunsInWords(judgement)}`;
}

/** What would have been said by metrics that are not heard: the record tells whether one may be trusted with decisions. */
function dryRunsInWords(judgement: Judgement | undefined): string {
  const dryRuns = judgement?.metrics.filter(({ dryRun }) => dryRun) ?? [];
  if (dryRuns.length === 0) return '';
  return `; dry run: ${dryRuns.map(({ name, verdict }) => `${name} ${verdict}`).join(', ')}`;
}
