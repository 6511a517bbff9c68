import { beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedMetricsSource, valueResult } from '../../test/doubles/scripted-metrics-source.ts';
import type { QueryResult } from '../domain/analysis/measurement.ts';
import { MetricsError, QueryCancelledError } from './metrics-error.ts';
import { SharedQueries } from './shared-queries.ts';

let behind: ScriptedMetricsSource;
let source: SharedQueries;

beforeEach(() => {
  behind = new ScriptedMetricsSource('default');
  source = new SharedQueries(behind);
});

const samples: QueryResult = { kind: 'matrix', series: [], warnings: [] };

describe('queries that several ask', () => {
  it('are sent once, and answered to each', async () => {
    const answers = Promise.all([1, 2, 3].map(() => source.instant('gpu', { atMs: 15_000 })));
    expect(behind.asked).toEqual(['gpu']);
    behind.waiting[0]!.answer(valueResult(0.5));
    for (const answer of await answers) expect(answer).toMatchObject({ value: 0.5 });
    expect(await source.instant('gpu', { atMs: 15_000 })).toMatchObject({ value: 0.5 });
    expect(behind.asked).toEqual(['gpu']);
  });

  it('are other ones at another time, with another text, or without a time', async () => {
    for (const [query, atMs] of [
      ['gpu', 15_000],
      ['gpu', 30_000],
      ['cpu', 15_000],
      ['gpu', undefined],
      ['gpu', undefined],
    ] as const) {
      void source.instant(query, { atMs });
    }
    expect(behind.asked).toEqual(['gpu', 'gpu', 'cpu', 'gpu', 'gpu']);
  });

  it('go on when one gives up, and end when all have', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const one = source.instant('gpu', { atMs: 1, signal: first.signal });
    const other = source.instant('gpu', { atMs: 1, signal: second.signal });
    first.abort();
    await expect(one).rejects.toThrow(QueryCancelledError);
    expect(behind.cancelled).toBe(0);
    second.abort();
    await expect(other).rejects.toThrow(QueryCancelledError);
    expect(behind.cancelled).toBe(1);
    void source.instant('gpu', { atMs: 1 });
    expect(behind.asked).toHaveLength(2);
  });

  it('fail for all who wait, and are asked anew after that', async () => {
    const answers = [1, 2].map(() => source.instant('gpu', { atMs: 1 }));
    behind.waiting.shift()!.fail(new MetricsError('serverError', 'ill'));
    for (const answer of answers) await expect(answer).rejects.toThrow('ill');
    void source.instant('gpu', { atMs: 1 });
    expect(behind.asked).toHaveLength(2);
  });

  it('keep no raw samples, and no answer of an interval that is over', async () => {
    const ask = async (query: string, atMs: number, answer: QueryResult) => {
      const asked = source.instant(query, { atMs });
      behind.waiting.shift()?.answer(answer);
      await asked;
    };
    await ask('requests[1m]', 15_000, samples);
    await ask('requests[1m]', 15_000, samples);
    expect(behind.asked).toHaveLength(2);
    await ask('gpu', 15_000, valueResult(1));
    await ask('gpu', 45_000, valueResult(2));
    await ask('gpu', 15_000, valueResult(3));
    expect(behind.asked).toHaveLength(5);
  });
});
