import { describe, expect, it } from '@jest/globals';
import type { RolloutAnalysis, RolloutEvidence, RolloutMetric } from '../../api/model-rollout.ts';
import { RolloutEvidence as EvidenceSchema } from '../../api/model-rollout-status.ts';
import { judge, type JudgeInput } from './judge.ts';
import type { MeasurementResult, Sample, SampleSeries } from './measurement.ts';
import { latencyId, queryId, requestsId } from './plan-measurements.ts';
import { arms, plainPreset, series } from './testing/counter-history.ts';

const scrapeIntervalMs = 15_000;
const sinceMs = 1_000_000_000;
const nowMs = sinceMs + 120_000;
const errors: RolloutMetric = { name: 'errors', kind: 'errorRate', max: 0.02 };
const latency: RolloutMetric = {
  name: 'latency',
  kind: 'latency',
  objective: { thresholdMs: 500, max: 0.05 },
};
const gpu: RolloutMetric = {
  name: 'gpu',
  kind: 'query',
  query: 'usage',
  pass: 'result < 0.9',
  failureLimit: 0,
};

const plan = (...metrics: RolloutMetric[]): RolloutAnalysis => ({
  source: 'default',
  minRequests: 100,
  metrics,
  onInconclusive: 'pause',
  onNoData: 'hold',
  noDataForMs: 600_000,
});

/** A counter that stood at 0 when the step began, grew evenly at each scrape until `untilMs`, and reached `total`. */
function grown(total: number, untilMs = nowMs): Sample[] {
  const scrapes = Math.floor((untilMs - sinceMs) / scrapeIntervalMs);
  return Array.from({ length: scrapes + 1 }, (_, index): Sample => [
    sinceMs + index * scrapeIntervalMs,
    Math.round((total * index) / Math.max(1, scrapes)),
  ]);
}

const matrix = (id: string, found: SampleSeries[]): MeasurementResult => ({
  id,
  result:
    found.length > 0 ? { kind: 'matrix', series: found, warnings: [] } : { kind: 'empty', warnings: [] },
});
const requests = (
  candidate: { good: number; bad: number },
  stable = { good: 1900, bad: 0 },
  untilMs = nowMs,
) =>
  matrix(requestsId, [
    series({ arm: 'candidate', code: '200' }, grown(candidate.good, untilMs)),
    series({ arm: 'candidate', code: '503' }, grown(candidate.bad, untilMs)),
    series({ arm: 'stable', code: '200' }, grown(stable.good, untilMs)),
    series({ arm: 'stable', code: '500' }, grown(stable.bad, untilMs)),
  ]);
const buckets = (all: number, fast: number, bound = '500') =>
  matrix(latencyId, [
    series({ arm: 'stable' }, grown(1)),
    series({ arm: 'candidate', le: bound }, grown(fast)),
    series({ arm: 'candidate', le: '+Inf' }, grown(all)),
  ]);
const number = (value: number): MeasurementResult => ({
  id: queryId('gpu'),
  result: { kind: 'value', value, timeMs: nowMs, labels: {}, warnings: [] },
});

function run(metrics: RolloutMetric[], results: MeasurementResult[], more: Partial<JudgeInput> = {}) {
  return judge({
    plan: plan(...metrics),
    evidence: undefined,
    arms,
    preset: plainPreset,
    measurements: { kind: 'measured', atMs: nowMs, results },
    stepIndex: 0,
    sinceMs,
    nowMs,
    scrapeIntervalMs,
    ...more,
  });
}

describe('errorRate', () => {
  it.each([
    [
      'few errors',
      { good: 198, bad: 2 },
      'Pass',
      'WithinLimit',
      '2 of 200 requests failed (1 %), allowed are 2 %',
    ],
    [
      'no errors, and no series of any',
      { good: 200, bad: 0 },
      'Pass',
      'WithinLimit',
      '0 of 200 requests failed (0 %)',
    ],
    [
      'many errors',
      { good: 190, bad: 10 },
      'Fail',
      'LimitExceeded',
      '10 of 200 requests failed (5 %), allowed are 2 %',
    ],
    ['only errors, and few', { good: 0, bad: 3 }, 'Fail', 'LimitExceeded', '3 of 3 requests failed (100 %)'],
    [
      'few requests',
      { good: 60, bad: 0 },
      'Inconclusive',
      'TooFewRequests',
      '0 of 60 requests failed (0 %), allowed are 2 %; 100 requests are needed',
    ],
    [
      'no requests',
      { good: 0, bad: 0 },
      'NoData',
      'NoRequests',
      'no request of the candidate was counted on this step',
    ],
  ])('%s', (_, candidate, verdict, reason, words) => {
    const judgement = run([errors], [requests(candidate)]);
    expect(judgement).toMatchObject({ verdict, reason });
    expect(judgement.message).toContain(words);
    expect(judgement.culprit).toBe(verdict === 'Pass' ? undefined : 'errors');
  });

  it('tells the counts of both arms beside the words', () => {
    const [finding] = run([errors], [requests({ good: 198, bad: 2 }, { good: 1899, bad: 1 })]).metrics;
    expect(finding).toMatchObject({
      value: 0.01,
      candidate: { requests: 200, bad: 2 },
      stable: { requests: 1900, bad: 1 },
    });
    expect(finding!.message).toContain('stable: 1 of 1900 requests failed (0.0526 %)');
  });

  it('waits for the first scrape of a step before it calls the candidate silent', () => {
    const judgement = run([errors], [requests({ good: 0, bad: 0 })], { sinceMs: nowMs - 10_000 });
    expect(judgement).toMatchObject({ verdict: 'Inconclusive', reason: 'TooFewRequests' });
  });

  it.each<[string, MeasurementResult[], string, RegExp]>([
    ['no samples at all', [matrix(requestsId, [])], 'NoSamples', /no samples of requests/],
    [
      'old samples',
      [requests({ good: 200, bad: 20 }, undefined, nowMs - 60_000)],
      'StaleSamples',
      /the newest sample is of 1970-01-12T13:47:40/,
    ],
    [
      'a failure',
      [{ id: requestsId, failure: { kind: 'unreachable', message: 'refused' } }],
      'SourceUnavailable',
      /refused/,
    ],
    [
      'one number for samples',
      [{ id: requestsId, result: { kind: 'value', value: 1, timeMs: 0, labels: {}, warnings: [] } }],
      'SourceUnavailable',
      /of kind value/,
    ],
    ['no answer', [], 'NoSamples', /no samples/],
  ])('%s is NoData, never a Pass or a Fail (law 9)', (_, results, reason, words) => {
    const judgement = run([errors], results);
    expect(judgement).toMatchObject({ verdict: 'NoData', reason, culprit: 'errors' });
    expect(judgement.message).toMatch(words);
  });

  it('judges by the time of the question: a pass that comes later says the same (law 14)', () => {
    const measured = [requests({ good: 190, bad: 10 })];
    const measurements = { kind: 'measured', atMs: nowMs, results: measured } as const;
    const later = run([errors], [], { measurements, nowMs: nowMs + 600_000 });
    expect(later).toEqual(run([errors], measured));
  });

  it('carries what the source warns of', () => {
    const measured = requests({ good: 200, bad: 0 });
    const warned = {
      ...measured,
      result: { ...measured.result!, warnings: ['partial'] },
    } as MeasurementResult;
    expect(run([errors], [warned]).message).toContain('the source warns: partial');
  });

  it('without a preset is NoData and keeps its evidence; free queries are judged all the same', () => {
    const { evidence } = run([errors], [requests({ good: 50, bad: 0 })]);
    const judgement = run([errors, gpu], [number(0.5)], { preset: undefined, evidence });
    expect(judgement).toMatchObject({ verdict: 'NoData', reason: 'UnknownPreset', culprit: 'errors' });
    expect(judgement.metrics[1]).toMatchObject({ verdict: 'Pass' });
    expect(judgement.evidence.metrics.errors).toEqual(evidence.metrics.errors);
  });
});

describe('latency', () => {
  it.each([
    [
      'few slow',
      buckets(200, 195),
      'Pass',
      'WithinLimit',
      '5 of 200 requests took longer than 500 ms (2.5 %), allowed are 5 %',
    ],
    [
      'many slow',
      buckets(200, 150),
      'Fail',
      'LimitExceeded',
      '50 of 200 requests took longer than 500 ms (25 %)',
    ],
    ['few requests', buckets(20, 19), 'Inconclusive', 'TooFewRequests', '100 requests are needed'],
    [
      'a threshold between buckets',
      buckets(200, 195, '250'),
      'Pass',
      'WithinLimit',
      'no bucket that ends at the threshold of 500 ms: 250 ms is used',
    ],
    [
      'a threshold below all buckets',
      buckets(200, 195, '1000'),
      'NoData',
      'NoBucket',
      'the lowest ends at 1000 ms',
    ],
    [
      'no histogram of the candidate yet',
      matrix(latencyId, [series({ arm: 'stable' }, grown(1))]),
      'NoData',
      'NoRequests',
      'the source is alive',
    ],
  ])('%s', (_, measured, verdict, reason, words) => {
    const judgement = run([latency], [requests({ good: 200, bad: 0 }), measured]);
    expect(judgement).toMatchObject({ verdict, reason });
    expect(judgement.message).toContain(words);
  });

  it('uses the largest bound below the threshold that every histogram has', () => {
    const measured = matrix(latencyId, [
      series({ arm: 'candidate', le: '250', pod: 'a' }, grown(80)),
      series({ arm: 'candidate', le: '500', pod: 'a' }, grown(90)),
      series({ arm: 'candidate', le: '+Inf', pod: 'a' }, grown(100)),
      series({ arm: 'candidate', le: '250', pod: 'b' }, grown(70)),
      series({ arm: 'candidate', le: '+Inf', pod: 'b' }, grown(100)),
    ]);
    const [finding] = run([latency], [measured]).metrics;
    expect(finding).toMatchObject({ candidate: { requests: 200, bad: 50 }, verdict: 'Fail' });
  });
});

describe('several metrics', () => {
  const good = requests({ good: 200, bad: 0 });
  const bad = requests({ good: 100, bad: 100 });
  const gone = (id: string): MeasurementResult => ({ id, failure: { kind: 'timeout', message: 'slow' } });

  it.each<[string, MeasurementResult[], string, string | undefined]>([
    ['all pass', [good, buckets(200, 200), number(0.5)], 'Pass', undefined],
    ['one is open', [good, buckets(20, 20), number(0.5)], 'Inconclusive', 'latency'],
    ['one is silent, one open', [good, buckets(20, 20), gone(queryId('gpu'))], 'NoData', 'gpu'],
    ['one fails, the others are silent', [bad, gone(latencyId), gone(queryId('gpu'))], 'Fail', 'errors'],
    ['the last fails', [good, gone(latencyId), number(1)], 'Fail', 'gpu'],
  ])('%s', (_, results, verdict, culprit) => {
    const judgement = run([errors, latency, gpu], results);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.culprit).toBe(culprit);
  });
});

describe('without measurements', () => {
  it.each<[string, JudgeInput['measurements'], string, string]>([
    ['no source at all: hold and readiness decide', { kind: 'notConfigured' }, 'Pass', 'NotConfigured'],
    ['an unknown source', { kind: 'unknownSource', name: 'typo' }, 'NoData', 'UnknownSource'],
    ['an unknown router', { kind: 'noPreset', message: 'nobody knows' }, 'NoData', 'UnknownPreset'],
    ['an answer under way', { kind: 'pending' }, 'Inconclusive', 'WaitingForSource'],
  ])('%s', (_, measurements, verdict, reason) => {
    const { evidence } = run([errors], [requests({ good: 100, bad: 100 })]);
    const judgement = run([errors, gpu], [], { measurements, evidence });
    expect(judgement).toMatchObject({ verdict, reason, pending: measurements.kind === 'pending' });
    expect(judgement.evidence).toBe(evidence);
  });

  it('passes by hold when no metric is asked for', () => {
    expect(run([], [])).toMatchObject({ verdict: 'Pass', reason: 'NoMetrics', metrics: [] });
  });
});

describe('evidence', () => {
  it('begins anew on the next step, behind what was counted (law 10)', () => {
    const first = run([errors], [requests({ good: 200, bad: 1 })]).evidence;
    const next = run([errors], [requests({ good: 200, bad: 1 })], {
      evidence: first,
      stepIndex: 1,
      sinceMs: nowMs + 1,
    });
    expect(next.evidence).toMatchObject({
      stepIndex: 1,
      sinceMs: nowMs + 1,
      cursorMs: nowMs + 1,
      metrics: {},
    });
  });

  it('does not go back when the next step begins before the newest sample that was counted', () => {
    const first = run([errors], [requests({ good: 200, bad: 1 })]).evidence;
    const next = run([errors], [requests({ good: 200, bad: 1 })], {
      evidence: first,
      stepIndex: 1,
      sinceMs: sinceMs + 1,
    });
    expect(next.evidence.cursorMs).toBe(first.cursorMs);
    expect(next.metrics[0]!.candidate).toEqual({ requests: 0, bad: 0 });
  });

  it('counts the measurement of a query once, also on the next step', () => {
    const tolerant = { ...gpu, failureLimit: 5 };
    const first = run([tolerant], [number(1)]).evidence;
    expect(first.metrics.gpu).toMatchObject({ measurements: 1, failures: 1 });
    expect(run([tolerant], [number(1)], { evidence: first }).evidence).toBe(first);
    const next = run([tolerant], [number(1)], { evidence: first, stepIndex: 1 });
    expect(next.evidence.metrics.gpu ?? { failures: 0 }).toMatchObject({ failures: 0 });
  });

  it('stays below 4 KiB with as many metrics as a plan can have, and large counts', () => {
    const name = (index: number) => `${'m'.repeat(61)}${String(index).padStart(2, '0')}`;
    const big = { requests: 1e12, bad: 1e11 };
    const evidence: RolloutEvidence = {
      cursorMs: nowMs,
      stepIndex: 31,
      sinceMs,
      measuredAtMs: nowMs,
      share: { candidate: 1e12, stable: 1e12 },
      metrics: Object.fromEntries(
        Array.from({ length: 16 }, (_, index) => [
          name(index),
          { candidate: big, stable: big, measurements: 2 ** 31 - 1, failures: 0 },
        ]),
      ),
    };
    const metrics = Array.from({ length: 16 }, (_, index) => ({ ...errors, name: name(index) }));
    const after = run(metrics, [requests({ good: 200, bad: 1 })], { evidence, stepIndex: 31 });
    expect(after.evidence.metrics[name(15)]!.candidate!.requests).toBe(1e12);
    expect(Buffer.byteLength(JSON.stringify(after.evidence))).toBeLessThan(4096);
  });

  it('is what the API stores', () => {
    const { evidence } = run(
      [errors, latency, gpu],
      [requests({ good: 200, bad: 1 }), buckets(200, 200), number(0.5)],
    );
    expect(EvidenceSchema.parse(evidence)).toEqual(evidence);
  });
});

describe('the share', () => {
  const split = (candidate: number, stable: number, expectedShare: number | undefined) =>
    run([errors], [requests({ good: candidate, bad: 0 }, { good: stable, bad: 0 })], { expectedShare });

  it('is consistent when requests come as written', () => {
    const judgement = split(100, 1900, 0.05);
    expect(judgement.share.state).toBe('consistent');
    expect(judgement.observedShare).toBeCloseTo(0.05, 2);
  });

  it('is rejected when they do not, without a change of the verdict', () => {
    const judgement = split(200, 1900, 0.5);
    expect(judgement).toMatchObject({ verdict: 'Pass', share: { state: 'rejected' } });
    expect(judgement.share.message).toMatch(/reached the candidate \(9\.5\d %\), expected are 50 %/);
  });

  it('is exempt where none is expected, and unknown without requests', () => {
    expect(split(200, 1900, undefined).share.state).toBe('exempt');
    expect(split(0, 0, 0.5).share.state).toBe('unknown');
  });

  it('leaves out the interval in which the split changed', () => {
    const counted = matrix(requestsId, [
      series({ arm: 'candidate', code: '200' }, [
        [sinceMs - 10_000, 0],
        [sinceMs + 5_000, 0],
        [sinceMs + 20_000, 50],
        [nowMs, 100],
      ]),
      series({ arm: 'stable', code: '200' }, [
        [sinceMs - 10_000, 0],
        [sinceMs + 5_000, 1000],
        [sinceMs + 20_000, 1050],
        [nowMs, 1100],
      ]),
    ]);
    const judgement = run([errors], [counted], { expectedShare: 0.5 });
    expect(judgement.evidence.share).toEqual({ candidate: 100, stable: 100 });
    expect(judgement.metrics[0]!.stable!.requests).toBe(1100);
  });
});
