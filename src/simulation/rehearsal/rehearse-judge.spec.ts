import { describe, expect, it } from '@jest/globals';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import { otherJudges } from '../judges/judges.ts';
import { parseScenario } from '../scenarios/parse-scenario.ts';
import { specOf } from '../testing/world-bed.ts';
import { badByModel, badOf, badOtherwise } from '../traffic/ledger.ts';
import { rehearseJudge } from './rehearse-judge.ts';

const manifest = {
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata: { name: 'model', namespace: 'ml' },
  spec: specOf({
    analysis: {
      metrics: [
        { name: 'errors', kind: 'errorRate', max: 0.02 },
        { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } },
      ],
    },
  }),
} as ModelDeployment;

const run = (judge: string, scenario: string, limitMs?: number) =>
  rehearseJudge(
    { manifest, scenario: parseScenario(scenario), seed: 1, requestsPerSecond: 50, limitMs },
    otherJudges[judge]!,
  );
const minutes = (ms: number) => Math.floor(ms / 60_000);

describe('a rehearsal that another judge decides', () => {
  it.each<[string, string, string | undefined, number]>([
    ['Flagger', 'healthy', 'Promoted', 15],
    ['Flagger', 'errors:6%', 'RolledBack', 5],
    ['Flagger', 'slow:4x', 'RolledBack', 5],
    ['Flagger', 'no-metrics', 'RolledBack', 5],
    ['Argo Rollouts', 'healthy', 'Promoted', 15],
    ['Argo Rollouts', 'errors:6%', 'RolledBack', 4],
    ['Kayenta, Mann-Whitney', 'healthy', 'Promoted', 30],
    ['Kayenta, Mann-Whitney', 'errors:6%', 'RolledBack', 10],
  ])('by %s, of %s, ends as %s in minute %d', async (judge, scenario, outcome, minute) => {
    const rehearsal = await run(judge, scenario);
    expect(rehearsal.outcome).toBe(outcome);
    // Its first look comes when the candidate is ready and the split in force; a step more is a scrape more.
    expect(minutes(rehearsal.tookMs) - minute).toBeGreaterThanOrEqual(0);
    expect(minutes(rehearsal.tookMs) - minute).toBeLessThanOrEqual(1);
    expect(badOf(rehearsal.candidate, badOtherwise)).toBe(0);
  });

  it('has no end where the judge never has data, and counts what was served', async () => {
    const { outcome, tookMs, candidate } = await run(
      'Kayenta, Mann-Whitney',
      'no-metrics,errors:6%',
      1_800_000,
    );
    expect(outcome).toBeUndefined();
    expect(minutes(tookMs)).toBe(30);
    expect(badOf(candidate, badByModel) / candidate.requests).toBeCloseTo(0.06, 1);
  });

  it('is the same for the same seed', async () => {
    expect(await run('Flagger', 'errors:6%')).toEqual(await run('Flagger', 'errors:6%'));
  });
});
