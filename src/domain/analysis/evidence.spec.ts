import { describe, expect, it } from '@jest/globals';
import { resolveAnalysis } from '../../api/defaults.ts';
import type { RolloutEvidence, RolloutMetric } from '../../api/model-rollout.ts';
import { cursorsOf, evidenceForStep } from './evidence.ts';
import { judge } from './judge.ts';
import type { MeasurementResult, SampleSeries } from './measurement.ts';
import { latencyId, planMeasurements, requestsId } from './plan-measurements.ts';
import { answer, arms, plainPreset, series } from './testing/counter-history.ts';

const scrapeIntervalMs = 10_000;
const sinceMs = 1_000_000_000;
const at = (scrape: number) => sinceMs + scrape * scrapeIntervalMs;
const errors: RolloutMetric = { name: 'errors', kind: 'errorRate', tolerance: 1.1, passMargin: 2, max: 0.02 };
const latency: RolloutMetric = {
  name: 'latency',
  kind: 'latency',
  tolerance: 1.1,
  passMargin: 1.5,
  objective: { thresholdMs: 500, max: 0.05 },
};
const grown = (perScrape: number) =>
  Array.from({ length: 20 }, (_, index): [number, number] => [at(index), index * perScrape]);
const history: Record<string, SampleSeries[]> = {
  [requestsId]: [series({ arm: 'candidate', code: '200' }, grown(100))],
  [latencyId]: [
    series({ arm: 'candidate', le: '500' }, grown(99)),
    series({ arm: 'candidate', le: '+Inf' }, grown(100)),
  ],
};

/** One pass at a scrape; these families' queries fail. */
function pass(
  evidence: RolloutEvidence | undefined,
  scrape: number,
  failing: readonly string[] = [],
  metrics: RolloutMetric[] = [errors, latency],
  families = history,
) {
  const nowMs = at(scrape);
  const plan = { ...resolveAnalysis(), metrics };
  const input = { plan, evidence, arms, preset: plainPreset, stepIndex: 0, sinceMs, nowMs, scrapeIntervalMs };
  const results = planMeasurements(input).map(({ id, query }): MeasurementResult => {
    if (failing.includes(id)) return { id, failure: { kind: 'timeout', message: 'slow' } };
    return answer(id, families[id]!, nowMs, Number(/\[(\d+)ms\]$/.exec(query)![1]));
  });
  return judge({ ...input, measurements: { kind: 'measured', atMs: nowMs, results } });
}

const counted = ({ metrics }: RolloutEvidence) => ({
  errors: metrics.errors?.candidate?.requests,
  latency: metrics.latency?.candidate?.requests,
});

describe('one family fails while the other answers (law 10)', () => {
  it.each([
    ['latency', latencyId, { errors: 900, latency: 500 }],
    ['requests', requestsId, { errors: 500, latency: 900 }],
  ])('%s: its interval is counted when it answers again, and nothing twice', (_, failing, meanwhile) => {
    let { evidence } = pass(undefined, 5);
    for (const scrape of [6, 7, 8, 9]) evidence = pass(evidence, scrape, [failing]).evidence;
    expect(counted(evidence)).toEqual(meanwhile);
    evidence = pass(evidence, 10).evidence;
    expect(counted(evidence)).toEqual({ errors: 1000, latency: 1000 });
    expect(cursorsOf(evidence)).toEqual({ requestsMs: at(10), latencyMs: at(10) });
    expect(evidence).not.toHaveProperty('latencyCursorMs');
  });

  it('is asked for everything since its own cursor, however long it was silent', () => {
    let { evidence } = pass(undefined, 1);
    for (let scrape = 2; scrape < 19; scrape += 1) evidence = pass(evidence, scrape, [latencyId]).evidence;
    expect(counted(pass(evidence, 19).evidence)).toEqual({ errors: 1900, latency: 1900 });
  });

  it('does not hold up a Fail of the other one', () => {
    const failing = { ...history, [requestsId]: [series({ arm: 'candidate', code: '503' }, grown(1))] };
    const { evidence } = pass(undefined, 5, [latencyId], undefined, failing);
    const judged = pass(evidence, 10, [latencyId], undefined, failing);
    expect(judged).toMatchObject({ verdict: 'Fail', culprit: 'errors' });
  });
});

describe('cursors', () => {
  it('of latency that is not asked for go with the requests: a metric that begins later begins with what comes then', () => {
    let { evidence } = pass(undefined, 5, [], [errors]);
    expect(cursorsOf(evidence)).toEqual({ requestsMs: at(5), latencyMs: at(5) });
    evidence = pass(evidence, 8).evidence;
    expect(counted(evidence)).toEqual({ errors: 800, latency: 300 });
  });

  it('never go back on the next step', () => {
    const { evidence } = pass(pass(undefined, 5).evidence, 8, [requestsId]);
    const next = evidenceForStep(evidence, { stepIndex: 1, sinceMs: at(6) });
    expect(cursorsOf(next)).toEqual({ requestsMs: at(6), latencyMs: at(8) });
  });

  it('leave what belongs to the whole rollout when a step ends: harm is looked for through all of them', () => {
    const { evidence } = pass(undefined, 5);
    const next = evidenceForStep(evidence, { stepIndex: 1, sinceMs: at(6) });
    const { whole, tests } = evidence.metrics.errors!;
    expect(tests!.noHarm).toBeDefined();
    expect(next.metrics.errors).toEqual({
      measurements: 0,
      failures: 0,
      whole,
      tests: { harm: tests!.harm, limit: tests!.limit },
    });
  });
});

describe('a step that changes its split', () => {
  const share = { candidate: 10, stable: 90, sinceMs: at(2) };
  const before: RolloutEvidence = { ...pass(undefined, 5).evidence, share };

  it('goes on with its evidence, and begins the share anew: that is of one split', () => {
    const { share: _share, ...rest } = before;
    expect(evidenceForStep(before, { stepIndex: 0, sinceMs, splitSinceMs: at(4) })).toEqual(rest);
  });

  it('keeps everything while the split is the same', () => {
    expect(evidenceForStep(before, { stepIndex: 0, sinceMs, splitSinceMs: at(2) })).toBe(before);
  });
});
