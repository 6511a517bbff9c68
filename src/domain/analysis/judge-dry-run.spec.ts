import { describe, expect, it } from '@jest/globals';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { buckets, errors, gpu, latency, number, requests, run } from './testing/judged.ts';

const dry = <T extends RolloutMetric>(metric: T): T => ({ ...metric, dryRun: true });

const manyFail = requests({ good: 100, bad: 100 });
const noneFails = requests({ good: 400, bad: 0 });

describe('a dry run', () => {
  it.each<[string, RolloutMetric[], Parameters<typeof run>[1], string]>([
    ['a query that fails', [errors, dry(gpu)], [noneFails, number(1)], 'Fail'],
    ['a query without data', [errors, dry(gpu)], [noneFails], 'NoData'],
    ['errors', [dry(errors), gpu], [manyFail, number(0.5)], 'Fail'],
  ])('of %s is measured, shown, and decides nothing', (_, metrics, results, verdict) => {
    const judgement = run(metrics, results);
    expect(judgement).toMatchObject({ verdict: 'Pass', reason: expect.stringMatching(/NoHarm|WithinLimit/) });
    expect(judgement.culprit).toBeUndefined();
    const name = metrics.find(({ dryRun }) => dryRun)!.name;
    const shown = judgement.metrics.find((finding) => finding.name === name);
    expect(shown).toMatchObject({ verdict, dryRun: true });
    expect(judgement.evidence.metrics[name]).toBeDefined();
  });

  it('takes nothing from the budget of false rollbacks: the others are judged as without it', () => {
    const few = requests({ good: 196, bad: 4 });
    const slow = buckets(200, 150);
    const alone = run([errors], [few, slow]);
    const beside = run([errors, dry(latency)], [few, slow]);
    expect(beside.metrics[0]).toEqual(alone.metrics[0]);
    expect(beside.metrics[1]).toMatchObject({ verdict: 'Fail', dryRun: true });
    expect(beside.verdict).toBe(alone.verdict);
  });

  it('of all metrics leaves hold and readiness to decide', () => {
    expect(run([dry(gpu)], [number(1)])).toMatchObject({ verdict: 'Pass', reason: 'NoMetrics' });
  });
});
