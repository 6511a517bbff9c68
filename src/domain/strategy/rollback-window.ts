import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import type { RevisionView, RolloutView } from '../world.ts';

/** What is known of earlier revisions. */
export interface Past {
  revisions: readonly Pick<RevisionView, 'revision' | 'createdAtMs'>[];
  /** By number, the newest last. */
  rollouts: readonly Pick<RolloutView, 'spec'>[];
}

/**
 * The revisions that users had before the stable one and that are still kept, the last one first. A revision that is younger than
 * the stable one was left for an older one, and is none of them.
 */
export function previousOf({ revisions, rollouts }: Past, stable: string): string[] {
  const createdAtMs = revisions.find(({ revision }) => revision === stable)?.createdAtMs ?? 0;
  const older = new Set(
    revisions.filter((view) => view.createdAtMs < createdAtMs).map(({ revision }) => revision),
  );
  // Every rollout left, or tried to leave, the revision that users had at its time.
  const had = new Set(rollouts.toReversed().map(({ spec }) => spec.from.revision));
  return [...had].filter((revision) => older.has(revision));
}

/**
 * Whether a revision is one of the last `rollbackWindow` revisions that users had before the stable one. It has proved itself
 * once: going back to it asks no gate (design, section 5).
 */
export const isWithinWindow = (
  past: Past & { deployment: { spec: { rollbackWindow: number } } },
  stable: string,
  revision: string,
): boolean => previousOf(past, stable).slice(0, past.deployment.spec.rollbackWindow).includes(revision);

/** The same rollout without its steps, and without a metric or a gate that is asked beside or after them. */
export function withoutSteps({ plan, analysis, gates: _gates, ...rest }: ModelRolloutSpec): ModelRolloutSpec {
  const { sticky: _sticky, ...kept } = plan;
  return {
    ...rest,
    plan: { ...kept, steps: [], end: 'promote', stableScale: 'keep', holdBack: 0 },
    analysis: { ...analysis, metrics: [] },
  };
}

/** The same rollout without anything that is asked or waited for: full capacity (law 1), then all traffic, then the outcome. */
export function withoutGates(spec: ModelRolloutSpec): ModelRolloutSpec {
  const { plan, ...rest } = withoutSteps(spec);
  return { ...rest, plan: { ...plan, bakeMs: 0, immediate: true } };
}
