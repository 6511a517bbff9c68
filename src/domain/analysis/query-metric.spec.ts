import { describe, expect, it } from '@jest/globals';
import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { MeasurementResult, MetricsErrorKind, QueryResult } from './measurement.ts';
import { countsTowardsLimits, judgeQuery, type QueryMeasurement, type QueryMetric } from './query-metric.ts';

const metric = (fields: Partial<QueryMetric>): QueryMetric => ({
  name: 'gpu',
  kind: 'query',
  query: 'usage',
  failureLimit: 0,
  ...fields,
});
const value = (number: number): MeasurementResult => ({
  id: 'query/gpu',
  result: { kind: 'value', value: number, timeMs: 0, labels: {}, warnings: [] },
});
const result = (given: QueryResult): MeasurementResult => ({ id: 'query/gpu', result: given });
const vector = (...values: number[]): QueryResult => ({
  kind: 'vector',
  series: values.map((number, pod) => ({ labels: { pod: `p${pod}` }, timeMs: 0, value: number })),
  warnings: [],
});
const failure = (kind: MetricsErrorKind): MeasurementResult => ({
  id: 'query/gpu',
  failure: { kind, message: 'words' },
});

/** An answer of now, looked at for the first time. */
const judged = (
  metric: QueryMetric,
  before: MetricEvidence | undefined,
  measured: MeasurementResult | undefined,
  more: Partial<QueryMeasurement> = {},
) => judgeQuery(metric, before, { measured, isNew: true, atMs: 0, scrapeIntervalMs: 15_000, ...more });

describe('judgeQuery', () => {
  const passOnly = { pass: 'result < 0.9' };
  const failOnly = { fail: 'result > 0.9' };
  const both = { pass: 'result < 0.5', fail: 'result > 0.9' };

  // The table of traps: what others call a success by accident.
  it.each<[string, Partial<QueryMetric>, number, string, string, number]>([
    ['pass is true', passOnly, 0.5, 'Pass', 'WithinLimit', 0],
    ['pass is false', passOnly, 1, 'Fail', 'LimitExceeded', 1],
    [
      'pass is false and tolerated',
      { ...passOnly, failureLimit: 1 },
      1,
      'Inconclusive',
      'FailureTolerated',
      1,
    ],
    ['fail is false', failOnly, 0.5, 'Pass', 'WithinLimit', 0],
    ['fail is true', failOnly, 1, 'Fail', 'LimitExceeded', 1],
    [
      'fail is true and tolerated',
      { ...failOnly, failureLimit: 3 },
      1,
      'Inconclusive',
      'FailureTolerated',
      1,
    ],
    ['of both, pass is true', both, 0.4, 'Pass', 'WithinLimit', 0],
    ['of both, fail is true', both, 1, 'Fail', 'LimitExceeded', 1],
    ['of both, neither is true', both, 0.7, 'Inconclusive', 'NoConditionMet', 0],
    [
      'both are true: the failure counts',
      { pass: 'result > 0.0', fail: 'result > 0.0' },
      1,
      'Fail',
      'LimitExceeded',
      1,
    ],
  ])('%s', (_, fields, number, verdict, reason, failures) => {
    const { finding, evidence } = judged(metric(fields), undefined, value(number));
    expect(finding).toMatchObject({ name: 'gpu', verdict, reason, value: number });
    expect(evidence).toEqual({ measurements: 1, failures, lastValue: number });
  });

  it.each<[string, MeasurementResult | undefined, string, RegExp]>([
    ['NaN', result({ kind: 'nan', value: 'NaN', warnings: [] }), 'NotANumber', /NaN/],
    ['infinity', result({ kind: 'nan', value: '+Inf', warnings: [] }), 'NotANumber', /\+Inf/],
    ['nothing', result({ kind: 'empty', warnings: [] }), 'EmptyResult', /nothing/],
    [
      'several series',
      result(vector(1, 1)),
      'QueryAmbiguous',
      /2 series where one number is needed \({pod="p0"}, {pod="p1"}\): aggregate them, or say resultType: vector/,
    ],
    [
      'a part of an answer',
      result({
        kind: 'value',
        labels: {},
        timeMs: 0,
        value: 1,
        partial: true,
        warnings: ['a store is away'],
      }),
      'PartialResult',
      /a part is missing: a store is away/,
    ],
    [
      'an answer of long ago',
      result({ kind: 'value', labels: {}, timeMs: -45_001, value: 1, warnings: [] }),
      'StaleSamples',
      /1969-12-31T23:59:14\.999Z, at one sample every 15 s/,
    ],
    [
      'samples',
      result({ kind: 'matrix', series: [{ labels: {}, samples: [[0, 1]] }], warnings: [] }),
      'QueryAmbiguous',
      /samples of 1 series/,
    ],
    ['no answer', undefined, 'NotMeasured', /not asked/],
    ['a source that is away', failure('unreachable'), 'SourceUnavailable', /words/],
    ['a source that is slow', failure('timeout'), 'SourceUnavailable', /words/],
    ['a source that is left alone', failure('breakerOpen'), 'SourceUnavailable', /words/],
    ['a refused query', failure('badQuery'), 'QueryFailed', /words/],
    ['too large an answer', failure('tooLarge'), 'QueryFailed', /words/],
  ])('%s is no data, whichever condition there is (law 9)', (_, measured, reason, words) => {
    for (const fields of [passOnly, failOnly, both]) {
      const { finding, evidence } = judged(metric(fields), { measurements: 3, failures: 0 }, measured);
      expect(finding).toMatchObject({ verdict: 'NoData', reason });
      expect(finding.message).toMatch(words);
      expect(evidence).toEqual({ measurements: 3, failures: 0 });
    }
  });

  it('fails when more measurements failed than are tolerated, also when the last one passes', () => {
    const limited = metric({ ...passOnly, failureLimit: 2 });
    let evidence: MetricEvidence | undefined;
    const verdicts = [1, 0.1, 1, 0.1, 1, 0.1].map((number) => {
      const judgement = judged(limited, evidence, value(number));
      evidence = judgement.evidence;
      return judgement.finding.verdict;
    });
    expect(verdicts).toEqual(['Inconclusive', 'Pass', 'Inconclusive', 'Pass', 'Fail', 'Fail']);
  });

  it('counts a measurement once (law 10)', () => {
    const before = { measurements: 1, failures: 1, lastValue: 1 };
    const tolerant = metric({ ...passOnly, failureLimit: 1 });
    const { evidence, finding } = judged(tolerant, before, value(1), { isNew: false });
    expect(evidence).toBe(before);
    expect(finding.verdict).toBe('Inconclusive');
  });

  it('says why a query was never asked', () => {
    const { finding } = judged(metric({ ...passOnly, query: '{{ nobody }}' }), undefined, undefined);
    expect(finding).toMatchObject({ verdict: 'NoData', reason: 'InvalidQuery' });
  });

  it.each([['result'], ['result <'], ['1 / int(result) > 1']])('%s is no data, not a failure', (pass) => {
    const { finding } = judged(metric({ pass }), undefined, value(0));
    expect(finding).toMatchObject({ verdict: 'NoData', reason: 'InvalidExpression' });
  });
});

describe('a vector', () => {
  const all = metric({ resultType: 'vector', pass: 'result.all(s, s.value < 0.9)' });

  it.each<[string, QueryResult, string, string]>([
    ['all of whose series pass', vector(0.1, 0.2), 'Pass', 'WithinLimit'],
    ['of which one does not', vector(0.1, 0.95), 'Fail', 'LimitExceeded'],
    [
      'with one series',
      { kind: 'value', labels: {}, timeMs: 0, value: 0.5, warnings: [] },
      'Pass',
      'WithinLimit',
    ],
    // Everything is true of an empty list: it would be a silent pass.
    ['without series', { kind: 'empty', warnings: [] }, 'NoData', 'EmptyResult'],
    ['with a series that is no number', vector(0.1, NaN), 'NoData', 'NotANumber'],
    ['with an infinite series', vector(0.1, Infinity), 'NoData', 'NotANumber'],
    ['with too many series', vector(...Array.from({ length: 101 }, () => 0)), 'NoData', 'TooManySeries'],
  ])('%s', (_, given, verdict, reason) => {
    expect(judged(all, undefined, result(given)).finding).toMatchObject({ verdict, reason });
  });

  it('is judged by labels too, and shows its series in an order of their own', () => {
    const ofOne = metric({
      resultType: 'vector',
      fail: 'result.exists(s, s.labels.pod == "p1" && s.value > 1.0)',
    });
    const given = vector(5, 2);
    const reversed = { ...given, series: [...(given.kind === 'vector' ? given.series : [])].reverse() };
    const { finding } = judged(ofOne, undefined, result(given));
    expect(finding).toMatchObject({ verdict: 'Fail' });
    expect(finding.message).toMatch(/^gpu: the query gives 2 series: {pod="p0"} 5, {pod="p1"} 2; fail: /);
    expect(judged(ofOne, undefined, result(reversed as QueryResult)).finding).toEqual(finding);
  });

  it('is no data where a condition names a label that is not there', () => {
    const nowhere = metric({ resultType: 'vector', pass: 'result.all(s, s.labels.zone == "a")' });
    expect(judged(nowhere, undefined, result(vector(1))).finding).toMatchObject({
      verdict: 'NoData',
      reason: 'InvalidExpression',
    });
  });
});

describe('no data that is asked for', () => {
  const empty = result({ kind: 'empty', warnings: [] });

  it.each<[string, Partial<QueryMetric>, string]>([
    ['passes', { pass: 'result == null || result < 0.9' }, 'Pass'],
    ['fails', { fail: 'result == null || result > 0.9' }, 'Fail'],
    [
      'passes as a vector',
      { resultType: 'vector', pass: 'result == null || result.all(s, s.value < 1.0)' },
      'Pass',
    ],
  ])('%s by what the condition says of null', (_, fields, verdict) => {
    const { finding, evidence } = judged(metric({ nullable: true, ...fields }), undefined, empty);
    expect(finding.verdict).toBe(verdict);
    expect(finding.message).toMatch(/the query gives nothing/);
    expect(evidence.lastValue).toBeUndefined();
  });

  it('is still no data where the source failed', () => {
    const nullable = metric({ nullable: true, pass: 'result == null || result < 0.9' });
    expect(judged(nullable, undefined, failure('timeout')).finding.verdict).toBe('NoData');
  });
});

describe('limits', () => {
  /** The verdicts on one measurement after the other, and what is known at the end. */
  function verdictsOf(limited: QueryMetric, numbers: readonly number[]) {
    let evidence: MetricEvidence | undefined;
    const findings = numbers.map((number) => {
      const judgement = judged(limited, evidence, value(number));
      evidence = judgement.evidence;
      return judgement.finding;
    });
    return { verdicts: findings.map(({ verdict }) => verdict), last: findings.at(-1)!, evidence };
  }

  it('count: the gate waits for so many measurements', () => {
    const counting = metric({ pass: 'result < 0.9', count: 3 });
    expect(verdictsOf(counting, [0, 0, 0, 0]).verdicts).toEqual([
      'Inconclusive',
      'Inconclusive',
      'Pass',
      'Pass',
    ]);
    expect(verdictsOf(counting, [0]).last).toMatchObject({
      reason: 'TooFewMeasurements',
      message: 'gpu: the query gives 0; 1 of 3 measurements are taken',
    });
    expect(verdictsOf(counting, [0, 1]).last.verdict).toBe('Fail');
  });

  it('consecutiveSuccessLimit: so many have to pass in a row, up to the last one', () => {
    const steady = metric({
      pass: 'result < 0.5',
      fail: 'result > 0.9',
      failureLimit: 1,
      consecutiveSuccessLimit: 2,
    });
    // What is neither breaks the row as well as a failure that is tolerated.
    const { verdicts, evidence } = verdictsOf(steady, [0, 1, 0, 0, 0.7, 0, 0]);
    expect(verdicts.map((verdict) => verdict === 'Pass')).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(evidence).toMatchObject({ measurements: 7, failures: 1, successes: 2 });
  });

  it('law 9: what goes wrong counts neither for nor against', () => {
    const steady = metric({ pass: 'result < 0.5', count: 2, consecutiveSuccessLimit: 2 });
    const first = judged(steady, undefined, value(0)).evidence;
    const silent = judged(steady, first, failure('timeout'));
    expect(silent).toMatchObject({ finding: { verdict: 'NoData' }, evidence: first });
    expect(judged(steady, silent.evidence, value(0)).finding.verdict).toBe('Pass');
  });

  it('says how far the counts are towards them, and no further', () => {
    const steady = metric({ pass: 'result < 0.5', count: 2, consecutiveSuccessLimit: 3 });
    expect(countsTowardsLimits(steady, undefined)).toEqual([0, 0, 0]);
    expect(countsTowardsLimits(steady, { measurements: 1, failures: 0, successes: 1 })).toEqual([0, 1, 1]);
    expect(countsTowardsLimits(steady, { measurements: 9, failures: 4, successes: 9 })).toEqual([4, 2, 3]);
    expect(countsTowardsLimits(metric({}), { measurements: 9, failures: 1 })).toEqual([1, 0, 0]);
  });
});
