import { describe, expect, it } from '@jest/globals';
import { MetricsError } from '../../src/metrics-source/metrics-error.ts';
import type { MetricsSource } from '../../src/metrics-source/metrics-source.ts';

/** The situations that every adapter must tell apart. A harness says which query brings each of them about. */
export interface MetricsSourceHarness {
  source: MetricsSource;
  /** A backend of the same kind that nobody answers for. */
  unreachable: MetricsSource;
  queries: {
    /** One series with the value 42. */
    number: string;
    /** A scalar of the value 7. */
    scalar: string;
    /** Two series, labelled `arm="a"` and `arm="b"`, with the values 1 and 2. */
    twoSeries: string;
    /** Raw samples of a counter with the label `arm="a"`, one or more. */
    samples: string;
    nothing: string;
    nan: string;
    infinite: string;
    negativeInfinite: string;
    /** No PromQL. */
    broken: string;
  };
  /** A time at which the queries mean what they should; undefined for the source's own now. */
  atMs?: number;
}

/** What the port promises, whatever the backend. */
export function metricsSourceContract(name: string, harness: () => MetricsSourceHarness): void {
  const ask = (query: string, signal?: AbortSignal) => {
    const { source, atMs } = harness();
    return source.instant(query, { ...(atMs !== undefined && { atMs }), ...(signal && { signal }) });
  };

  describe(`${name} as a metrics source`, () => {
    it('gives one number as a value with its labels', async () => {
      expect(await ask(harness().queries.number)).toMatchObject({ kind: 'value', value: 42, warnings: [] });
    });

    it('gives a scalar as a value', async () => {
      expect(await ask(harness().queries.scalar)).toMatchObject({ kind: 'value', value: 7, labels: {} });
    });

    it('gives several series with their labels, and makes no number of them', async () => {
      const result = await ask(harness().queries.twoSeries);
      if (result.kind !== 'vector') throw new Error(`expected a vector, found ${result.kind}`);
      const found = result.series.map(({ labels, value }) => [labels.arm, value]);
      expect(found.sort()).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
    });

    it('gives the raw samples of a range selector, the oldest first, in milliseconds', async () => {
      const result = await ask(harness().queries.samples);
      if (result.kind !== 'matrix') throw new Error(`expected a matrix, found ${result.kind}`);
      expect(result.series[0]!.labels).toMatchObject({ arm: 'a' });
      const times = result.series[0]!.samples.map(([timeMs]) => timeMs);
      expect(times.length).toBeGreaterThan(0);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]!).toBeGreaterThan(Date.UTC(2020, 0, 1));
      expect(times.every(Number.isInteger)).toBe(true);
    });

    it('tells nothing from zero', async () => {
      expect(await ask(harness().queries.nothing)).toMatchObject({ kind: 'empty' });
    });

    it.each([
      ['nan', 'NaN'],
      ['infinite', '+Inf'],
      ['negativeInfinite', '-Inf'],
    ] as const)('makes no number of %s', async (query, value) => {
      expect(await ask(harness().queries[query])).toMatchObject({ kind: 'nan', value });
    });

    it('gives the points of a range query', async () => {
      const endMs = harness().atMs ?? Date.now();
      const { number } = harness().queries;
      const result = await harness().source.range(number, { startMs: endMs - 2_000, endMs, stepMs: 1_000 });
      if (result.kind !== 'matrix') throw new Error(`expected a matrix, found ${result.kind}`);
      expect(result.series[0]!.samples.map(([, value]) => value)).toEqual([42, 42, 42]);
    });

    it('says that a query is bad, with the words of the source', async () => {
      const failure = await failureOf(ask(harness().queries.broken));
      expect(failure.kind).toBe('badQuery');
      expect(failure.message).toMatch(/parse/);
    });

    it('says that nobody answers', async () => {
      expect((await failureOf(harness().unreachable.instant('1'))).kind).toBe('unreachable');
    });

    it('ends when it is cancelled, before and during the query', async () => {
      expect((await failureOf(ask(harness().queries.number, AbortSignal.abort()))).kind).toBe('timeout');
      const cancel = new AbortController();
      const answer = ask(harness().queries.number, cancel.signal);
      cancel.abort();
      expect((await failureOf(answer)).kind).toBe('timeout');
    });
  });
}

/** The error of a promise that must fail, and with the port's own error. */
export async function failureOf(promise: Promise<unknown>): Promise<MetricsError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof MetricsError) return error;
    throw error;
  }
  throw new Error('expected a MetricsError, and there was an answer');
}
