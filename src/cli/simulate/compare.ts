import { withDefaults } from '../../api/defaults.ts';
import { formatDuration } from '../../api/duration.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import { percent } from '../../domain/analysis/words.ts';
import { otherJudges } from '../../simulation/judges/judges.ts';
import { countingMetrics, leastOf } from '../../simulation/judges/scraped-counts.ts';
import type { Rehearsal, RehearsalOptions } from '../../simulation/rehearsal/rehearsal.ts';
import { type JudgedRehearsal, rehearseJudge } from '../../simulation/rehearsal/rehearse-judge.ts';
import { UsageError } from '../usage-error.ts';
import { count, inSeconds, table } from '../words.ts';
import { figuresOf } from './figures.ts';
import { share, thresholdOf } from './text-report.ts';

/** One judge's rollout, ours or another's. */
export interface Compared {
  judge: string;
  outcome: string | null;
  tookMs: number;
  candidate: ReturnType<typeof figuresOf>;
}

/** Throws `UsageError` where nobody else could judge the manifest. */
export function requireComparable({ spec }: ModelDeployment, file: string): void {
  const { plan, traffic } = withDefaults(spec);
  const refuse = (words: string) => {
    throw new UsageError(`--compare: ${file} ${words}`);
  };
  if (plan.strategy !== 'canary') refuse(`has the strategy ${plan.strategy}; accepted: canary`);
  if (traffic.kind !== 'gatewayAPI') {
    refuse('splits plain Services; accepted: traffic.gatewayAPI, whose gateway counts for every judge');
  }
  if (countingMetrics(spec).length === 0) {
    refuse(
      'has no metric of kind errorRate, or latency with an objective, which are what every judge can be asked about',
    );
  }
}

/** Rolls the manifest out once more for each of the other judges: the same world, users, scenario and seed. */
export async function compared(ours: Rehearsal, options: RehearsalOptions): Promise<Compared[]> {
  const thresholdMs = thresholdOf(ours.staging);
  const row = (judge: string, { outcome, tookMs, candidate }: JudgedRehearsal): Compared => ({
    judge,
    outcome: outcome ?? null,
    tookMs,
    candidate: figuresOf(candidate, thresholdMs),
  });
  const rows: Compared[] = [
    {
      judge: 'Understudy',
      outcome: ours.outcome ?? null,
      tookMs: (ours.outcome === 'Promoted' ? ours.allTrafficAfterMs : undefined) ?? ours.tookMs,
      candidate: figuresOf(ours.served.candidate, thresholdMs),
    },
  ];
  for (const [judge, make] of Object.entries(otherJudges)) {
    rows.push(row(judge, await rehearseJudge(options, make)));
  }
  return rows;
}

/** The table, and what the others go by. */
export function comparedLines(rows: readonly Compared[], { staging }: Rehearsal): string[] {
  const metrics = countingMetrics(staging.candidate.spec);
  const least = leastOf(metrics);
  const limits = metrics.map(({ name }, index) => `${name} ${percent(least[index]!)}`).join(', ');
  const thresholdMs = thresholdOf(staging);
  const slowHead = thresholdMs === undefined ? [] : [`over ${formatDuration(thresholdMs)}`];
  return [
    '',
    ...table([
      [
        'judged by',
        'outcome',
        'after',
        `requests to version ${staging.candidate.version}`,
        'errors of its own',
        ...slowHead,
      ],
      ...rows.map(({ judge, outcome, tookMs, candidate: { requests, failed, slow } }) => [
        judge,
        outcome ?? 'did not end',
        inSeconds(tookMs),
        count(requests),
        share(failed, requests),
        ...(slow === undefined ? [] : [share(slow, requests)]),
      ]),
    ]),
    '',
    `Flagger and Argo Rollouts want good answers of ${limits}, in steps of five minutes; Kayenta compares ranks of minutes, in steps of ten.`,
    'They are models, and look no more after a promotion; a promotion is counted from the moment of all traffic.',
  ];
}
