import { describe, expect, it } from '@jest/globals';
import { resolveAnalysis } from '../../api/defaults.ts';
import { judge } from './judge.ts';
import type { SampleSeries } from './measurement.ts';
import { latencyId, planMeasurements, requestsId } from './plan-measurements.ts';
import type { CounterPreset } from './preset.ts';
import { answer, arms, plainPreset, series } from './testing/counter-history.ts';

const plan = resolveAnalysis({
  minRequests: 10,
  metrics: [
    { name: 'errors', kind: 'errorRate', max: 0.3 },
    {
      name: 'latency',
      kind: 'latency',
      objective: { threshold: '500ms', max: 0.05 },
    },
  ],
});
const scrapeIntervalMs = 10_000;
const sinceMs = 1_000_000;
const nowMs = sinceMs + 30_000;
const input = { plan, evidence: undefined, arms, stepIndex: 0, sinceMs, nowMs, scrapeIntervalMs };

function judged(preset: CounterPreset, history: readonly SampleSeries[]) {
  const results = [requestsId, latencyId].map((id) => answer(id, history, nowMs, 60_000));
  return judge({ ...input, preset, measurements: { kind: 'measured', atMs: nowMs, results } });
}
const findingOf = (judgement: ReturnType<typeof judge>, metric: string) =>
  judgement.metrics.find(({ name }) => name === metric);
const at = (...values: number[]) =>
  values.map((value, index) => [sinceMs + index * scrapeIntervalMs, value] as const);

describe('a preset that cannot have everything', () => {
  const requests = [
    series({ arm: 'stable' }, at(1, 1, 1, 1)),
    series({ arm: 'candidate', code: '200' }, at(0, 20, 40, 60)),
  ];
  const meanOnly: CounterPreset = {
    ...plainPreset,
    latency: () => undefined,
    lacks: { latency: 'p95 cannot be had from Triton: mean only' },
  };

  it('law 9: latency without a distribution is no data, in words, and is not asked for', () => {
    const judgement = judged(meanOnly, requests);
    expect(findingOf(judgement, 'errors')).toMatchObject({ verdict: 'Pass' });
    expect(findingOf(judgement, 'latency')).toEqual({
      name: 'latency',
      verdict: 'NoData',
      reason: 'NotInPreset',
      message: 'latency: p95 cannot be had from Triton: mean only',
    });
    expect(planMeasurements({ ...input, preset: meanOnly }).map(({ id }) => id)).toEqual([requestsId]);
  });

  it('law 9: requests without a count of failures pass no gate on errors', () => {
    const blind = { ...plainPreset, lacks: { errors: 'errors cannot be had from KServe' } };
    const judgement = judged(blind, requests);
    expect(findingOf(judgement, 'errors')).toMatchObject({ verdict: 'NoData', reason: 'NotInPreset' });
    expect(judgement.evidence.share).toMatchObject({ candidate: 40 });
  });

  it('counts failures that another counter has among its requests once', () => {
    const repeating: CounterPreset = {
      ...plainPreset,
      requests: (of) => ({
        ...plainPreset.requests(of),
        ownLabels: ['arm', 'code', 'failed'],
        partLabels: ['code', 'failed'],
        read: ({ arm, code, failed }) =>
          failed
            ? { arm: arm as 'candidate', bad: true, repeated: true }
            : code
              ? { arm: arm as 'candidate', bad: false }
              : undefined,
      }),
    };
    const judgement = judged(repeating, [
      ...requests,
      series({ arm: 'candidate', failed: 'yes' }, at(0, 1, 2, 3)),
    ]);
    expect(judgement.evidence.metrics['errors']).toMatchObject({ candidate: { requests: 60, bad: 3 } });
  });
});

describe('a target that shows nothing but that it was scraped', () => {
  const counted = (up: readonly number[]) => {
    const history = [
      series({ __name__: 'up' }, at(...up)),
      // The first sample of the counter, 50, is seen at the last scrape.
      series({ arm: 'candidate', code: '200' }, at(0, 0, 0, 50).slice(3)),
    ];
    const preset: CounterPreset = {
      ...plainPreset,
      requests: (of) => ({ ...plainPreset.requests(of), ownLabels: ['__name__', 'arm', 'code'] }),
    };
    return judged(preset, history).evidence.metrics['errors']?.candidate?.requests ?? 0;
  };

  it('had a counter at 0 before the counter was there', () => {
    expect(counted([1, 1, 1, 1])).toBe(50);
  });

  it('law 10: says nothing of a counter at scrapes that failed', () => {
    expect(counted([0, 0, 0, 1])).toBe(0);
  });
});
