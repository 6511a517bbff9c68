import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import type { RevisionView, World } from '../world.ts';

/**
 * Whether the spec asks for one of the last `rollbackWindow` revisions that users had before the stable one, and that is still
 * kept. It has proved itself once: going back to it asks no gate (design, section 5). A revision that is younger than the stable
 * one was left for an older one, and has to prove itself again.
 */
export function returnsWithinWindow(
  { deployment, target, revisions, rollouts }: World,
  stable: RevisionView,
): boolean {
  const isOlder = (view: RevisionView): boolean => view.createdAtMs < stable.createdAtMs;
  const older = new Set(revisions.filter(isOlder).map(({ revision }) => revision));
  // Every rollout left, or tried to leave, the revision that users had at its time.
  const had = new Set(rollouts.toReversed().map(({ spec }) => spec.from.revision));
  return [...had]
    .filter((revision) => older.has(revision))
    .slice(0, deployment.spec.rollbackWindow)
    .includes(target.revision);
}

/** The same rollout without anything that is asked or waited for: full capacity (law 1), then all traffic, then the outcome. */
export function withoutGates({ plan, analysis, ...rest }: ModelRolloutSpec): ModelRolloutSpec {
  const { sticky: _sticky, ...kept } = plan;
  return {
    ...rest,
    plan: {
      ...kept,
      steps: [],
      end: 'promote',
      stableScale: 'keep',
      bakeMs: 0,
      holdBack: 0,
      immediate: true,
    },
    analysis: { ...analysis, metrics: [] },
  };
}
