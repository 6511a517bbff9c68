import type { MetricEvidence } from '../api/model-rollout-status.ts';
import { evidenceOdds } from '../domain/analysis/evidence-odds.ts';
import type { Judgement } from '../domain/analysis/judge.ts';
import type { RolloutView } from '../domain/world.ts';

/** A number of each revision; absent where there is none. */
export interface ArmValues {
  candidate?: number;
  stable?: number;
}

/** What the gate of a running rollout heard of one metric. */
export interface JudgedMetric {
  metric: string;
  /** The share of bad requests on this step, or the result of a query. */
  value: ArmValues;
  /** Over the whole rollout; only of metrics that count. */
  requests: ArmValues;
  bad: ArmValues;
  /** Bad requests of the candidate beyond those that the stable would have had in its place. */
  excess?: number;
  /** Natural logarithms of the odds; only of metrics that count. */
  lnHarm?: number;
  lnHealth?: number;
}

/** What the gate of a running rollout heard. Odds are natural logarithms. */
export interface JudgedFigures {
  /** The requests do not arrive in the split that was written. */
  shareRejected: boolean;
  /** Of all metrics together, and what is needed. */
  lnHarm: number;
  lnHarmNeeded: number;
  lnHealthNeeded: number;
  metrics: JudgedMetric[];
}

export function judgedFigures(judgement: Judgement, { spec }: Pick<RolloutView, 'spec'>): JudgedFigures {
  const { evidence } = judgement;
  const { metrics: odds, ...common } = evidenceOdds(evidence, spec.analysis);
  return {
    ...common,
    shareRejected: judgement.share.state === 'rejected',
    metrics: judgement.metrics.map(({ name, value, stable }) => {
      const known = evidence.metrics[name];
      const found = odds.find((one) => one.name === name);
      return {
        metric: name,
        value: {
          candidate: value,
          stable: stable && stable.requests > 0 ? stable.bad / stable.requests : undefined,
        },
        requests: ofArms(known, 'requests'),
        bad: ofArms(known, 'bad'),
        excess: excessOf(known),
        lnHarm: found?.lnHarm,
        lnHealth: found?.lnHealth,
      };
    }),
  };
}

const ofArms = (known: MetricEvidence | undefined, what: 'requests' | 'bad'): ArmValues => ({
  candidate: known?.whole?.candidate[what],
  stable: known?.whole?.stable[what],
});

/** Counted interval by interval where there is a budget for it, otherwise by the sums of both arms. */
export function excessOf(known: MetricEvidence | undefined): number | undefined {
  if (known?.loss) return known.loss.excess;
  if (!known?.whole) return undefined;
  const { candidate, stable } = known.whole;
  if (stable.requests === 0) return undefined;
  return candidate.bad - (candidate.requests * stable.bad) / stable.requests;
}
