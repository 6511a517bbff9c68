import type { MetricReport } from '../../../src/api/model-rollout-status.ts';
import { noVersion } from '../load/load-summary.ts';
import type { PreviewTest } from '../scenario/preview-test.ts';
import type { LedgerEntry, VersionCounts } from '../scenario/request-ledger.ts';
import type { RolloutFacts } from '../scenario/scenario.ts';
import type { Story } from '../scenario/story.ts';
import { findProblems } from './problems.ts';

/** What the client saw of one version while a rollout ran. */
export interface SeenVersion {
  /** As in `x-model-version`; null for requests that no model answered. */
  readonly version: string | null;
  readonly revision: string | null;
  readonly requests: number;
  readonly failures: number;
  /** Those of the failures that the model itself answered. */
  readonly modelFailures: number;
}

export interface RolloutSummary {
  readonly version: string;
  readonly revision: string | null;
  /** Name of the ModelRollout; null for the first version, which is served at once. */
  readonly rollout: string | null;
  /** From the ModelRollout. */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  /** From the apply to the end that the status showed. */
  readonly durationMs: number | null;
  /** The shares that the live route gave the version, in percent, one after the other. */
  readonly weights: readonly number[];
  readonly requests: readonly SeenVersion[];
  readonly failuresNotByModel: number;
  /** From the version's first failed answer at the client to the route that gives it nothing. */
  readonly firstFailureToWeightZeroMs: number | null;
  /** What a tester got at the preview; null without one. */
  readonly preview: PreviewTest | null;
  /** From the ModelRollout: both revisions on the same requests. Empty where no copies were made. */
  readonly report: readonly MetricReport[];
}

export interface DemoSummary {
  /** Name of the story. */
  readonly story: string;
  readonly ok: boolean;
  /** What a reader has seen, when all was well. */
  readonly moral: string;
  /** What was not as expected. */
  readonly problems: readonly string[];
  readonly kubernetesVersion: string | null;
  readonly durationMs: number;
  readonly ratePerSecond: number;
  readonly requests: number;
  readonly failures: number;
  readonly failuresNotByModel: number;
  /** Requests that were due but not sent, because too many others had no answer yet. */
  readonly notSent: number;
  readonly rollouts: readonly RolloutSummary[];
  /** Folder with the logs; null when all was well. */
  readonly logs: string | null;
}

/** Everything that the summary is made from. */
export interface DemoFacts {
  readonly story: Story;
  readonly kubernetesVersion: string | undefined;
  readonly durationMs: number;
  readonly ratePerSecond: number;
  readonly notSent: number;
  readonly rollouts: readonly RolloutFacts[];
  readonly entryOf: (version: string) => LedgerEntry;
  /** What ended the demo early. */
  readonly error: string | undefined;
}

/** Pure: the summary, and whether everything was as it should be. */
export function summarise(facts: DemoFacts): DemoSummary {
  const rollouts = facts.rollouts.map((rollout) => summariseRollout(rollout, facts));
  const sum = (value: (rollout: RolloutSummary) => number) =>
    rollouts.reduce((total, rollout) => total + value(rollout), 0);
  const seen = (field: 'requests' | 'failures') =>
    sum((rollout) => rollout.requests.reduce((total, version) => total + version[field], 0));
  const problems = findProblems(facts, rollouts);
  return {
    story: facts.story.name,
    ok: problems.length === 0,
    moral: facts.story.moral,
    problems,
    kubernetesVersion: facts.kubernetesVersion ?? null,
    durationMs: Math.round(facts.durationMs),
    ratePerSecond: facts.ratePerSecond,
    requests: seen('requests'),
    failures: seen('failures'),
    failuresNotByModel: sum((rollout) => rollout.failuresNotByModel),
    notSent: facts.notSent,
    rollouts,
    logs: null,
  };
}

function summariseRollout(rollout: RolloutFacts, facts: DemoFacts): RolloutSummary {
  const entry = facts.entryOf(rollout.version);
  const status = rollout.rollout?.status;
  const versions = Object.entries(entry.versions).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: rollout.version,
    revision: rollout.revision ?? null,
    rollout: rollout.rollout?.metadata.name ?? null,
    outcome: status?.outcome ?? null,
    reason: status?.reason ?? null,
    message: status?.message ?? null,
    durationMs: rollout.endedAtMs === undefined ? null : rollout.endedAtMs - rollout.appliedAtMs,
    weights: rollout.weights.map(({ weight }) => weight),
    requests: versions.map(([version, counts]) => ({
      version: version === noVersion ? null : version,
      revision: facts.rollouts.find((other) => other.version === version)?.revision ?? null,
      requests: counts.requests,
      failures: counts.failures,
      modelFailures: counts.modelFailures,
    })),
    failuresNotByModel: versions.reduce(
      (total, [, counts]) => total + counts.failures - counts.modelFailures,
      0,
    ),
    firstFailureToWeightZeroMs: reactionMs(rollout, entry.versions[rollout.version]),
    preview: rollout.preview ?? null,
    report: status?.report ?? [],
  };
}

/** From the first failed answer in the client's hand to the moment in which the route gave the version nothing. */
function reactionMs({ weights }: RolloutFacts, counts: VersionCounts | undefined): number | null {
  const firstFailureAtMs = counts?.firstFailureAtMs ?? null;
  if (firstFailureAtMs === null) return null;
  const takenBack = weights.find(({ weight, atMs }) => weight === 0 && atMs >= firstFailureAtMs);
  return takenBack ? Math.round(takenBack.atMs - firstFailureAtMs) : null;
}
