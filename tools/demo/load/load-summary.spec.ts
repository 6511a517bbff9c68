import { describe, expect, it } from '@jest/globals';
import { LatencyHistogram } from './latency-histogram.ts';
import { LoadTally } from './load-summary.ts';
import { isFailure, type RequestRecord } from './request-record.ts';

const record = (fields: Partial<RequestRecord>): RequestRecord => ({
  startedAtMs: 1_000,
  latencyMs: 5,
  status: 200,
  error: null,
  version: '1',
  pod: null,
  correct: true,
  detail: null,
  ...fields,
});

describe('isFailure', () => {
  it.each<[Partial<RequestRecord>, boolean]>([
    [{ status: 200 }, false],
    [{ status: 200, correct: false }, false],
    [{ status: 302 }, true],
    [{ status: 404 }, true],
    [{ status: 500 }, true],
    [{ status: null, error: 'ECONNRESET' }, true],
    [{ status: 200, error: 'unreadable answer' }, true],
  ])('%j -> %s', (fields, failed) => {
    expect(isFailure(record(fields))).toBe(failed);
  });
});

describe('LoadTally', () => {
  it('counts by version, with requests that no model answered on their own', () => {
    const tally = new LoadTally();
    tally.add(record({}));
    tally.add(record({ correct: false }));
    tally.add(record({ version: '3', status: 500, correct: null }));
    tally.add(record({ version: null, status: null, error: 'ECONNREFUSED', correct: null }));
    const counts = tally.counts();
    expect(counts).toMatchObject({ requests: 4, failures: 2, correct: 1 });
    expect(Object.keys(counts.versions)).toEqual(['1', '3', 'none']);
    expect(counts.versions['1']).toMatchObject({
      requests: 2,
      failures: 0,
      correct: 1,
      outcomes: { '200': 2 },
    });
    expect(counts.versions['3']).toMatchObject({ requests: 1, failures: 1, outcomes: { '500': 1 } });
    expect(counts.versions['none']).toMatchObject({ failures: 1, outcomes: { ECONNREFUSED: 1 } });
  });

  it('orders by when requests started, not by when they ended', () => {
    const tally = new LoadTally();
    tally.add(record({ startedAtMs: 3_000, status: 500, detail: 'later' }));
    tally.add(record({ startedAtMs: 2_000, status: 503, detail: 'first' }));
    tally.add(record({ startedAtMs: 1_000 }));
    expect(tally.counts().versions['1']).toMatchObject({
      firstAtMs: 1_000,
      lastAtMs: 3_000,
      firstFailure: { atMs: 2_000, outcome: '503', detail: 'first' },
    });
  });
});

describe('LatencyHistogram', () => {
  it('gives quantiles at most two percent too high', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1_000; ms++) histogram.add(ms);
    for (const [share, exact] of [
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
      [1, 1_000],
    ] as const) {
      expect(histogram.quantileMs(share)).toBeGreaterThanOrEqual(exact);
      expect(histogram.quantileMs(share)).toBeLessThanOrEqual(exact * 1.02);
    }
  });

  it('is zero without requests', () => {
    expect(new LatencyHistogram().quantileMs(0.99)).toBe(0);
  });
});
