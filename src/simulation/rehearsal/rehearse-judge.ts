import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { planDefaults } from '../../api/step-defaults.ts';
import { toMs } from '../../domain/time.ts';
import type { Judge } from '../judges/judge.ts';
import { countingMetrics, leastOf, ScrapedCounts } from '../judges/scraped-counts.ts';
import { type Served, servedBetween } from '../traffic/ledger.ts';
import { openedStage } from './opened-stage.ts';
import type { RehearsalOptions } from './rehearsal.ts';
import { stagingOf } from './staging.ts';

/** How a rollout ended that another judge decided on. */
export interface JudgedRehearsal {
  outcome: 'Promoted' | 'RolledBack' | 'Failed' | undefined;
  /** Virtual time from the manifest to the end; for a promotion, until all traffic was asked for. */
  tookMs: number;
  /** What the candidate served until then, and a moment longer. */
  candidate: Served;
}

/** How often a judge is asked, at most: as often as the counters are scraped. */
const defaultLookMs = 15_000;
const longestMs = 4 * 3_600_000;
const afterwardsMs = 5_000;
/** Longer than anybody watches. */
const never = '8000h';

/**
 * Rolls the manifest out in the same world, by the same users, with the same scenario, but for who decides: the controller asks no metric, and
 * leaves a step or takes the traffic back when the judge's word is carried out as a RolloutAction. The steps are the manifest's weights, or
 * those of the default plan.
 */
export async function rehearseJudge(
  { manifest, scenario, seed, requestsPerSecond, limitMs = longestMs }: RehearsalOptions,
  make: (least: readonly number[]) => Judge,
): Promise<JudgedRehearsal> {
  const staging = stagingOf(manifest);
  const { namespace, name, before, candidate } = staging;
  const { world, model } = await openedStage({ staging, seed, requestsPerSecond });
  const metrics = countingMetrics(candidate.spec);
  const judge = make(leastOf(metrics));
  scenario.begin({ world, model, stable: before.revision, candidate: candidate.revision });
  const beganMs = world.clock.monotonic();
  const { intervalMs: lookMs = defaultLookMs } = withDefaults(candidate.spec).analysis;
  model.edit(() => decidedByOthers(candidate.spec));

  const { port } = withDefaults(candidate.spec).service;
  const armOf = (revision: string) => ({ revision, service: `${name}-${revision}`, port });
  const arms = { namespace, name, candidate: armOf(candidate.revision), stable: armOf(before.revision) };
  const elapsedMs = () => world.clock.monotonic() - beganMs;
  const record = (): ModelRollout | undefined =>
    model.rollouts.find(({ spec }) => spec.to.revision === candidate.revision);

  let counts: ScrapedCounts | undefined;
  let firstMs = 0;
  /** Since when which step is in force, and which one an action was made for. */
  const step = { index: -1, sinceMs: 0, acted: -1 };
  let asked = 0;
  while (elapsedMs() < limitMs && !isOver(record())) {
    await world.run(lookMs);
    const status = record()?.status;
    const appliedMs = toMs(status?.step?.appliedAt);
    if (status?.phase !== 'Stepping' || appliedMs === undefined) continue;
    const nowMs = world.clock.now();
    if (!counts)
      [counts, firstMs] = [new ScrapedCounts(world.prometheus, arms, metrics, appliedMs), appliedMs];
    if (status.step.index !== step.index) [step.index, step.sinceMs] = [status.step.index, appliedMs];
    const at = { atS: (nowMs - firstMs) / 1_000, heldS: (nowMs - step.sinceMs) / 1_000 };
    const word = judge.look(await counts.read(nowMs), at);
    if (word === 'stay' || step.acted === step.index) continue;
    step.acted = step.index;
    model.ask(word === 'advance' ? 'promote' : 'abort', { name: `${name}-judge-${(asked += 1)}` });
  }
  const tookMs = elapsedMs();
  await world.run(afterwardsMs);
  const served = servedBetween(undefined, world.ledger.snapshot().served.get(candidate.revision));
  return { outcome: outcomeOf(record()), tookMs, candidate: served };
}

const isOver = (record: ModelRollout | undefined): boolean => outcomeOf(record) !== undefined;

/** Whoever promotes does not look any more: a promotion is the end, also before its bake is over. */
function outcomeOf(record: ModelRollout | undefined): JudgedRehearsal['outcome'] {
  const { phase, outcome } = record?.status ?? {};
  if (phase === 'Baking' || outcome === 'Promoted' || outcome === 'Completed') return 'Promoted';
  if (outcome === undefined) return phase === 'Returning' ? 'RolledBack' : undefined;
  return outcome === 'Failed' ? 'Failed' : 'RolledBack';
}

/** Steps that end by somebody's word only, and no metric. */
function decidedByOthers(spec: ModelDeploymentSpec): ModelDeploymentSpec {
  const { plan } = withDefaults(spec);
  const own = plan.steps.flatMap((step) =>
    step.kind === 'weight' && step.weight < 100 ? [step.weight] : [],
  );
  const weights = own.length > 0 ? own : planDefaults.weights;
  const steps = weights.map((weight) => ({ weight, hold: never, maxHold: never }));
  const { source, interval } = spec.analysis ?? {};
  return {
    ...spec,
    analysis: { ...(source !== undefined && { source }), ...(interval !== undefined && { interval }) },
    strategy: { canary: { steps, bake: { duration: '1h' } } },
  };
}
