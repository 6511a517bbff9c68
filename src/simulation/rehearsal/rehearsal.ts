import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeployment, ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { Outcome } from '../../api/phase.ts';
import type { EvidenceOdds } from '../../domain/analysis/evidence-odds.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type Served, servedBetween } from '../traffic/ledger.ts';
import { hearing } from './heard-evidence.ts';
import { RehearsalObserver } from './observer.ts';
import { openedStage } from './opened-stage.ts';
import { type Staging, stagingOf } from './staging.ts';
import type { TimelineEntry } from './timeline.ts';
import { unknownQueries } from './unknown-queries.ts';

export interface RehearsalOptions {
  /** It must have passed `parseModelDeployment`. */
  manifest: ModelDeployment;
  scenario: Scenario;
  seed: number | string;
  requestsPerSecond: number;
  /** The longest virtual time that the rollout is watched for, in milliseconds. Default: twice as long as its plan can take. */
  limitMs?: number | undefined;
  /** Told before anything happens. */
  onBegin?: (staging: Staging, notes: readonly string[]) => void;
  onEntry?: (entry: TimelineEntry) => void;
}

/** How a rehearsal ended, and what users were served from the moment on at which the manifest was applied. */
export interface Rehearsal {
  staging: Staging;
  notes: readonly string[];
  timeline: readonly TimelineEntry[];
  /** Absent when the rollout did not end. */
  outcome?: Outcome;
  /** Why, in words. */
  message: string;
  /** Virtual time from the manifest to the outcome, or to the moment when nobody waited any longer. */
  tookMs: number;
  /** When the candidate had got all traffic. */
  allTrafficAfterMs?: number;
  served: { stable: Served; candidate: Served; copies: Served; nobody: Served };
}

/** When the outcome is written, requests still follow the old split for a moment. */
const afterwardsMs = 5_000;
/** Standing still for so much longer than any wait of the plan is the end. */
const patienceMs = 120_000;

/**
 * Rolls a manifest out in a world of its own: a version before it serves, then it is applied and the scenario begins. The same options
 * give the same rehearsal. Throws `NothingServedError`.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { manifest, scenario, seed, requestsPerSecond } = options;
  const staging = stagingOf(manifest);
  const { before, candidate } = staging;
  const notes = [...staging.notes, ...unknownQueries(candidate.spec)];
  let hear: (odds: EvidenceOdds) => void = () => {};
  const controllers = hearing((odds) => hear(odds));
  const { world, model } = await openedStage({ staging, seed, requestsPerSecond, controllers });
  options.onBegin?.(staging, notes);

  const atFirst = world.ledger.snapshot();
  const observer = new RehearsalObserver(world, model, candidate.revision, options.onEntry);
  hear = (odds) => observer.seeEvidence(odds);
  scenario.begin({ world, model, stable: before.revision, candidate: candidate.revision });
  model.edit(() => candidate.spec);
  const waits = waitsMs(candidate.spec);
  const idleMs = Math.max(...waits) + patienceMs;
  const limitMs = options.limitMs ?? 2 * waits.reduce((sum, waitMs) => sum + waitMs, patienceMs);
  const isOver = () => observer.record?.status?.outcome !== undefined;
  // That somebody looks is no sign of life: whoever waits for evidence may look for ever.
  const lastSign = () => observer.timeline.findLast(({ kind }) => kind !== 'evidence')?.atMs ?? 0;
  const isIdle = () => observer.elapsedMs - lastSign() > idleMs;
  await world.runUntil(() => isOver() || isIdle(), limitMs);
  const tookMs = observer.elapsedMs;
  await world.run(afterwardsMs);

  const status = observer.record?.status;
  const atLast = world.ledger.snapshot();
  const allTrafficAfterMs = observer.timeline.find(
    (entry) => entry.kind === 'split' && entry.candidatePercent === 100,
  )?.atMs;
  return {
    staging,
    notes,
    timeline: observer.timeline,
    ...(status?.outcome && { outcome: status.outcome }),
    message: (status?.outcome ? status.message : model.status.message) ?? '',
    tookMs,
    ...(allTrafficAfterMs !== undefined && { allTrafficAfterMs }),
    served: {
      stable: servedBetween(atFirst.served.get(before.revision), atLast.served.get(before.revision)),
      candidate: servedBetween(undefined, atLast.served.get(candidate.revision)),
      copies: servedBetween(undefined, atLast.copies.get(candidate.revision)),
      nobody: servedBetween(atFirst.served.get(''), atLast.served.get('')),
    },
  };
}

/** Every time that a rollout of this spec may wait for something without a sign of life. */
function waitsMs(spec: ModelDeploymentSpec): number[] {
  const { plan, analysis, progressDeadlineMs, drainMs } = withDefaults(spec);
  const waits = plan.steps.flatMap((step) =>
    Object.entries(step).flatMap(([field, value]) =>
      field.endsWith('Ms') && typeof value === 'number' ? value : [],
    ),
  );
  return [plan.bakeMs, analysis.noDataForMs, progressDeadlineMs, drainMs, ...waits];
}
