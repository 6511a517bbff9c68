import { describe, expect, it } from '@jest/globals';
import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { MeasurementResult, MetricsErrorKind, QueryResult } from './measurement.ts';
import { judgeQuery, type QueryMetric } from './query-metric.ts';

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
const failure = (kind: MetricsErrorKind): MeasurementResult => ({
  id: 'query/gpu',
  failure: { kind, message: 'words' },
});

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
    const { finding, evidence } = judgeQuery(metric(fields), undefined, value(number), true);
    expect(finding).toMatchObject({ name: 'gpu', verdict, reason, value: number });
    expect(evidence).toEqual({ measurements: 1, failures, lastValue: number });
  });

  it.each<[string, MeasurementResult | undefined, string, RegExp]>([
    ['NaN', result({ kind: 'nan', value: 'NaN', warnings: [] }), 'NotANumber', /NaN/],
    ['infinity', result({ kind: 'nan', value: '+Inf', warnings: [] }), 'NotANumber', /\+Inf/],
    ['nothing', result({ kind: 'empty', warnings: [] }), 'EmptyResult', /nothing/],
    [
      'several series',
      result({
        kind: 'vector',
        series: [
          { labels: {}, timeMs: 0, value: 1 },
          { labels: {}, timeMs: 0, value: 1 },
        ],
        warnings: [],
      }),
      'QueryAmbiguous',
      /2 series where one number is needed/,
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
      const { finding, evidence } = judgeQuery(
        metric(fields),
        { measurements: 3, failures: 0 },
        measured,
        true,
      );
      expect(finding).toMatchObject({ verdict: 'NoData', reason });
      expect(finding.message).toMatch(words);
      expect(evidence).toEqual({ measurements: 3, failures: 0 });
    }
  });

  it('fails when more measurements failed than are tolerated, also when the last one passes', () => {
    const limited = metric({ ...passOnly, failureLimit: 2 });
    let evidence: MetricEvidence | undefined;
    const verdicts = [1, 0.1, 1, 0.1, 1, 0.1].map((number) => {
      const judged = judgeQuery(limited, evidence, value(number), true);
      evidence = judged.evidence;
      return judged.finding.verdict;
    });
    expect(verdicts).toEqual(['Inconclusive', 'Pass', 'Inconclusive', 'Pass', 'Fail', 'Fail']);
  });

  it('counts a measurement once (law 10)', () => {
    const before = { measurements: 1, failures: 1, lastValue: 1 };
    const { evidence, finding } = judgeQuery(
      metric({ ...passOnly, failureLimit: 1 }),
      before,
      value(1),
      false,
    );
    expect(evidence).toBe(before);
    expect(finding.verdict).toBe('Inconclusive');
  });

  it('says why a query was never asked', () => {
    const { finding } = judgeQuery(
      metric({ ...passOnly, query: '{{ nobody }}' }),
      undefined,
      undefined,
      true,
    );
    expect(finding).toMatchObject({ verdict: 'NoData', reason: 'InvalidQuery' });
  });

  it.each([['result'], ['result <'], ['1 / int(result) > 1']])('%s is no data, not a failure', (pass) => {
    const { finding } = judgeQuery(metric({ pass }), undefined, value(0), true);
    expect(finding).toMatchObject({ verdict: 'NoData', reason: 'InvalidExpression' });
  });
});
