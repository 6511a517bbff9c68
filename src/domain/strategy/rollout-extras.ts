import type { Reason } from '../../api/reasons.ts';
import type { RolloutView, World } from '../world.ts';
import { findRevision } from '../roles.ts';
import type { Capability, RouteExtras } from '../traffic/route-extras.ts';
import type { RolloutPlan } from '../../api/model-rollout.ts';
import { isWithinWindow } from './rollback-window.ts';
import { currentStep, isBlueGreen, lastOf } from './plan.ts';

/**
 * What the route does beside the split at this place of the plan. Testers and copies reach a candidate with ready pods only: a
 * tester is a user too (law 1), and a dead target would be noise in every live request (law 8). Copies also wait for the
 * endpoints of the mirror Service: until it has some, each of them would count as a failure of the candidate.
 */
export function extrasFor(world: World, { spec, status }: RolloutView): RouteExtras {
  const { plan, to } = spec;
  if (status.phase === 'Ended') return {};
  const candidate = findRevision(world, to.revision);
  const hasReady = (candidate?.ready ?? 0) > 0;
  const testersStay = status.phase === 'Stepping' || status.phase === 'Promoting';
  const matches = testersStay ? lastOf(plan, status.step.index, 'match')?.matches : undefined;
  const step = currentStep(plan, status);
  const canCopy = hasReady && (candidate?.mirrorReady ?? 0) > 0;
  const copies = step?.kind === 'mirror' && canCopy ? step : undefined;
  return {
    ...(matches?.length && hasReady && { testers: { revision: to.revision, matches } }),
    ...(copies && { mirror: { revision: to.revision, percent: copies.percent } }),
    ...(plan.sticky && { sticky: plan.sticky }),
  };
}

/** The revision behind the preview: the candidate while a blue-green runs, else the stable; none without blue-green. */
export function previewFor(
  world: World,
  rollout: RolloutView | undefined,
  stable: string,
): string | undefined {
  if (rollout && rollout.status.phase !== 'Ended' && isBlueGreen(rollout.spec.plan))
    return rollout.spec.to.revision;
  return isBlueGreen(world.deployment.spec.plan) ? stable : undefined;
}

/** What a plan needs of its router. */
export function needsOf({ steps, sticky }: Pick<RolloutPlan, 'steps' | 'sticky'>): Capability[] {
  const needs = new Set<Capability>();
  for (const step of steps) {
    if (step.kind === 'mirror') needs.add('mirror');
    if (step.kind === 'mirror' && step.percent < 100) needs.add('mirrorPercent');
    for (const { headers, queryParams, path } of step.kind === 'match' ? step.matches : []) {
      if (headers?.length) needs.add('matchHeaders');
      if (queryParams?.length) needs.add('matchQueryParams');
      if (path) needs.add('matchPath');
    }
  }
  if (sticky) needs.add('sticky');
  return [...needs];
}

/** What the router cannot do of what a plan needs, in words; undefined where it can do all of it. */
export function lackingInWords(
  { traffic }: World,
  plan: Pick<RolloutPlan, 'steps' | 'sticky'>,
): string | undefined {
  const reasons = needsOf(plan).flatMap((need) => traffic.lacking[need] ?? []);
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}

/** Why the plan of the spec cannot begin, which a person must mend; undefined for one that can. */
export function startProblem(world: World, stable: string): { reason: Reason; message: string } | undefined {
  const { spec, metricProblem } = world.deployment;
  const { plan, analysis } = spec;
  const lacking = lackingInWords(world, plan);
  if (lacking !== undefined) return { reason: 'RouterCannot', message: lacking };
  // Going back within the rollback window asks no metric.
  if (metricProblem && !isWithinWindow(world, stable, world.target.revision)) return metricProblem;
  const names = analysis.metrics.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return undefined;
  const message = `two metrics have the name "${twice}": those of analysis, of the strategy and of its steps must all differ`;
  return { reason: 'InvalidSpec', message };
}
