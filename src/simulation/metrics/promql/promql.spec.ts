import { describe, expect, it } from '@jest/globals';
import { SeriesStore } from '../series-store.ts';
import { evaluate } from './evaluate.ts';
import { metricNames } from './selectors.ts';
import { Syntax } from './syntax.ts';

const atMs = 1_000_000_000;
const store = new SeriesStore(3_600_000);
/** A series with one sample every ten seconds, the newest at `atMs`. */
const keep = (labels: Record<string, string>, values: (number | undefined)[]) =>
  values.forEach((value, index) => store.append(labels, atMs - (values.length - 1 - index) * 10_000, value));

keep({ __name__: 'requests_total', arm: 'a', code: '200' }, [0, 100, 200, 300]);
keep({ __name__: 'requests_total', arm: 'a', code: '500' }, [0, 10, 20, 30]);
keep({ __name__: 'requests_total', arm: 'b', code: '200' }, [50, 70, 5, 10]);
keep({ __name__: 'gone_total', arm: 'a' }, [1, 2, undefined]);
keep({ __name__: 'took_bucket', le: '100' }, [50]);
keep({ __name__: 'took_bucket', le: '200' }, [90]);
keep({ __name__: 'took_bucket', le: '+Inf' }, [100]);
store.append({ __name__: 'old', arm: 'a' }, atMs - 300_000, 1);

/** Numbers by the labels that matter, rounded. */
function found(query: string): unknown {
  const value = evaluate(store, query, atMs);
  if (value.kind === 'scalar' || value.kind === 'string') return value.value;
  if (value.kind === 'matrix') return value.series.map(({ samples }) => samples.map(([, one]) => one));
  return Object.fromEntries(
    value.series.map(({ labels, value }) => [
      Object.values(labels).join(' '),
      Math.round(value * 1000) / 1000,
    ]),
  );
}

describe('PromQL as far as it is simulated', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['-(2 ^ 3) % 3', -2],
    ['5m', 300],
    ['1 > bool 2', 0],
    ['time()', atMs / 1000],
    ['requests_total{arm="b"}', { 'requests_total b 200': 10 }],
    ['{__name__=~"requests.*", code!="200"}', { 'requests_total a 500': 30 }],
    ['{__name__="requests_total",arm!~"a|c"}', { 'requests_total b 200': 10 }],
    ['requests_total{arm="missing"}', {}],
    ['gone_total', {}],
    ['gone_total offset 10s', { 'gone_total a': 2 }],
    ['old', {}],
    ['requests_total{code="500"}[20s]', [[20, 30]]],
    ['requests_total{code="500"}[20s] offset 10s', [[10, 20]]],
    // Stretched to the whole range at its beginning only as far as the counter can have grown from zero.
    ['increase(requests_total{code="500"}[40s])', { 'a 500': 30 }],
    ['rate(requests_total{arm="a",code="200"}[20s])', { 'a 200': 10 }],
    // A reset: 20 up to it, 5 and 5 after it; stretched by ten seconds.
    ['increase(requests_total{arm="b"}[30s])', { 'b 200': 15 }],
    ['irate(requests_total{arm="b"}[30s])', { 'b 200': 0.5 }],
    ['max_over_time(requests_total{arm="b"}[1m])', { 'requests_total b 200': 70, 'b 200': 70 }],
    ['sum(requests_total)', { '': 340 }],
    ['sum by (arm) (requests_total)', { a: 330, b: 10 }],
    ['count without (code) (requests_total)', { a: 2, b: 1 }],
    ['max(requests_total) - min(requests_total)', { '': 290 }],
    ['avg(requests_total{arm="a"})', { '': 165 }],
    [
      'sum by (arm) (rate(requests_total{code="500"}[30s])) / sum by (arm) (rate(requests_total[30s]))',
      { a: 0.091 },
    ],
    ['requests_total / on (arm) sum by (arm) (requests_total{code="500"})', 'duplicate'],
    ['requests_total{code="500"} / ignoring (code) requests_total{code="200"}', { a: 0.1 }],
    ['requests_total > 20', { 'requests_total a 200': 300, 'requests_total a 500': 30 }],
    ['requests_total{arm="b"} == bool 10', { 'b 200': 1 }],
    ['sum(nobody_total) or vector(0)', { '': 0 }],
    ['requests_total and requests_total{code="500"}', { 'requests_total a 500': 30 }],
    ['requests_total unless requests_total{arm="a"}', { 'requests_total b 200': 10 }],
    ['histogram_quantile(0.9, took_bucket)', { '': 200 }],
    ['histogram_quantile(0.7, took_bucket)', { '': 150 }],
    ['histogram_quantile(0.95, took_bucket)', { '': 200 }],
    ['scalar(sum(requests_total))', 340],
    ['clamp_max(sum(requests_total), 100)', { '': 100 }],
    ['abs(-sum(requests_total))', { '': 340 }],
  ])('%s', (query, expected) => {
    if (expected === 'duplicate') expect(() => found(query)).toThrow(/duplicate series/);
    else if (query.startsWith('max_over_time')) expect(expected).toMatchObject(found(query) as object);
    else expect(found(query)).toEqual(expected);
  });

  it.each([
    ['sum(', /parse error: unexpected/],
    ['', /parse error: unexpected/],
    ['rate(requests_total)', /parse error: expected type range vector/],
    ['x{a=~"("}', /parse error: error parsing regexp/],
    ['topk(3, requests_total)', /the simulated Prometheus does not have topk; it has selectors/],
    ['deriv(requests_total[5m])', /does not have the function deriv/],
    ['a / on (x) group_left b', /does not have group_left/],
    ['max_over_time(rate(x[5m])[30m:1m])', /does not have rate\(x\[5m\]\)\[30m:1m\]/],
  ])('%s is refused in words', (query, words) => {
    expect(() => evaluate(store, query, atMs)).toThrow(words);
  });

  it('knows the names that a query asks for', () => {
    const names = (query: string) => metricNames(Syntax.of(query));
    expect(names('sum(rate(a[5m])) / b{c="d"} or {__name__="e"} or {c="d"}')).toEqual([
      'a',
      'b',
      'e',
      undefined,
    ]);
  });
});
