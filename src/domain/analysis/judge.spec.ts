import { describe, expect, it } from '@jest/globals';
import type { JudgeInput } from './judge.ts';
import type { MeasurementResult } from './measurement.ts';
import { latencyId, queryId, requestsId } from './plan-measurements.ts';
import { series } from './testing/counter-history.ts';
import {
  buckets,
  errors,
  gpu,
  grown,
  latency,
  matrix,
  nowMs,
  number,
  requests,
  run,
} from './testing/judged.ts';

describe('errorRate', () => {
  it.each([
    [
      'as many errors as the stable revision',
      { good: 1980, bad: 20 },
      { good: 18_810, bad: 190 },
      'Pass',
      'NoHarm',
      'errors: 20 of 2000 requests failed (1 %), allowed are 2 %; stable: 190 of 19000 requests failed (1 %); less than 2 times as bad, or below 2 %, is proved, 20 : 1',
    ],
    [
      'no errors, and no series of any',
      { good: 400, bad: 0 },
      { good: 1900, bad: 0 },
      'Pass',
      'NoHarm',
      '0 of 400 requests failed (0 %)',
    ],
    [
      'more errors than the stable revision',
      { good: 190, bad: 10 },
      { good: 1900, bad: 0 },
      'Fail',
      'HarmDetected',
      '10 of 200 requests failed (5 %), allowed are 2 %; stable: 0 of 1900 requests failed (0 %); harm of more than 10 % is over 1000000 : 1 likely, 100 : 1 are needed',
    ],
    [
      'more errors than allowed, as the stable revision has too',
      { good: 180, bad: 20 },
      { good: 900, bad: 100 },
      'Fail',
      'LimitExceeded',
      'the limit of 2 % is exceeded:',
    ],
    [
      'only errors, and few',
      { good: 0, bad: 4 },
      { good: 1900, bad: 0 },
      'Fail',
      'HarmDetected',
      '4 of 4 requests failed (100 %)',
    ],
    [
      'few requests',
      { good: 60, bad: 0 },
      { good: 1900, bad: 0 },
      'Inconclusive',
      'TooFewRequests',
      '0 of 60 requests failed (0 %), allowed are 2 %; stable: 0 of 1900 requests failed (0 %); 100 requests are needed',
    ],
    [
      'not enough to prove anything',
      { good: 149, bad: 1 },
      { good: 1890, bad: 10 },
      'Inconclusive',
      'NotDecided',
      'harm of more than 10 % is',
    ],
    [
      'no requests',
      { good: 0, bad: 0 },
      { good: 1900, bad: 0 },
      'NoData',
      'NoRequests',
      'no request of the candidate was counted on this step',
    ],
  ])('%s', (_, candidate, stable, verdict, reason, words) => {
    const judgement = run([errors], [requests(candidate, stable)]);
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
      buckets(2000, 1960),
      'Pass',
      'NoHarm',
      '40 of 2000 requests took longer than 500 ms (2 %), allowed are 5 %',
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
      buckets(2000, 1960, '250'),
      'Pass',
      'NoHarm',
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
  const good = requests({ good: 400, bad: 0 });
  const bad = requests({ good: 100, bad: 100 });
  const gone = (id: string): MeasurementResult => ({ id, failure: { kind: 'timeout', message: 'slow' } });

  it.each<[string, MeasurementResult[], string, string | undefined]>([
    ['all pass', [good, buckets(400, 400), number(0.5)], 'Pass', undefined],
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
