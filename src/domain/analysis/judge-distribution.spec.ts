import { describe, expect, it } from '@jest/globals';
import type { RolloutEvidence, RolloutMetric } from '../../api/model-rollout.ts';
import type { SampleSeries } from './measurement.ts';
import { latencyId } from './plan-measurements.ts';
import { answer, series } from './testing/counter-history.ts';
import { run, scrapeIntervalMs, sinceMs } from './testing/judged.ts';

const latency: RolloutMetric = { name: 'latency', kind: 'latency', tolerance: 1.1, passMargin: 1.5 };
const bounds = ['10', '25', '50', '100', '+Inf'] as const;

/** How many of 1,000 requests are within each bound, by arm. */
const usual = [100, 450, 750, 940, 1000];
const slower = [20, 200, 500, 925, 1000];
const longTail = [100, 450, 750, 850, 1000];

/** Each scrape shows `perScrape` more requests of each arm; the stable revision has served since long before. */
function history(candidate: readonly number[], { scrapes = 41, perScrape = 1000 } = {}): SampleSeries[] {
  const of = (arm: 'candidate' | 'stable', cumulative: readonly number[], before: number) =>
    bounds.map((le, bound) =>
      series(
        { arm, le },
        Array.from({ length: scrapes + 1 }, (_, index) => [
          sinceMs + (index - 1) * scrapeIntervalMs,
          Math.round(((before + index * perScrape) * cumulative[bound]!) / 1000),
        ]),
      ),
    );
  return [...of('stable', usual, 5_000), ...of('candidate', candidate, 0)];
}

/** One look after each scrape, as the controller takes it: the last judgement, and the evidence. */
function looked(samples: SampleSeries[], looks: number) {
  let evidence: RolloutEvidence | undefined;
  let last: ReturnType<typeof run> | undefined;
  for (let look = 1; look <= looks; look += 1) {
    const atMs = sinceMs + look * scrapeIntervalMs;
    last = run([latency], [answer(latencyId, samples, atMs, 10 * scrapeIntervalMs)], {
      evidence,
      measurements: {
        kind: 'measured',
        atMs,
        results: [answer(latencyId, samples, atMs, 10 * scrapeIntervalMs)],
      },
      nowMs: atMs,
    });
    evidence = last.evidence;
    if (last.verdict === 'Fail' || last.verdict === 'Pass') break;
  }
  return { ...last!, metric: evidence!.metrics['latency']!, finding: last!.metrics[0]! };
}

describe('latency without an objective', () => {
  it('chooses where to compare before it compares', () => {
    const { verdict, finding, metric } = looked(history(usual), 1);
    expect(verdict).toBe('Inconclusive');
    expect(finding.message).toBe(
      'latency: requests that take longer than 100, 50, 25 ms are compared from now on; 100 requests are needed',
    );
    expect(metric).toMatchObject({ measurements: 0, candidate: { requests: 0 }, boundsMs: [100, 50, 25] });
  });

  it('fails a candidate that is slower as a whole, and says where', () => {
    const { verdict, finding, metric } = looked(history(slower), 40);
    expect(verdict).toBe('Fail');
    expect(finding.reason).toBe('HarmDetected');
    expect(finding.message).toMatch(
      /^latency: .* took longer than 100 ms \(7.5 %\); stable: .*; harm of more than 10 %, by requests that take longer than 50 ms, is .* likely/,
    );
    expect(metric.tests!.harm!.running).toHaveLength(24);
  });

  it('fails a candidate whose slowest requests are slower, by the bound that the counts are of', () => {
    const { verdict, finding } = looked(history(longTail), 40);
    expect(verdict).toBe('Fail');
    expect(finding.message).toMatch(/harm of more than 10 % is /);
  });

  it('passes one that is like the stable revision', () => {
    const { verdict, finding, metric } = looked(history(usual), 40);
    expect(verdict).toBe('Pass');
    expect(finding.message).toMatch(/less than 1.5 times as bad, or below 1 %, is proved/);
    expect(metric.measurements).toBeGreaterThan(0);
  });

  it('keeps the bounds on the next step, and predicts while it knows too little', () => {
    const { evidence } = looked(history(usual), 2);
    const atMs = sinceMs + 3 * scrapeIntervalMs;
    const measured = answer(latencyId, history(slower, { perScrape: 100 }), atMs, 10 * scrapeIntervalMs);
    const next = run([latency], [], {
      evidence,
      stepIndex: 1,
      sinceMs: sinceMs + 2 * scrapeIntervalMs,
      measurements: { kind: 'measured', atMs, results: [measured] },
      nowMs: atMs,
    });
    expect(next.evidence.metrics['latency']!.boundsMs).toEqual([100, 50, 25]);
    expect(next.metrics[0]!.message).toMatch(/took longer than 100 ms.*about \d+ more requests/);
  });

  it.each<[string, SampleSeries[], string, string]>([
    [
      'too few requests of the stable revision',
      history(usual, { perScrape: 0 }).map(({ labels, samples }) =>
        series(
          labels,
          samples.map(([timeMs, value]) => [timeMs, Math.round(value / 1000)]),
        ),
      ),
      'TooFewRequests',
      'latency: the stable revision has too few requests yet to see how long they take; 100 requests are needed',
    ],
    [
      'buckets that all end too early',
      history(usual).filter(({ labels }) => labels['le'] === '10' || labels['le'] === '+Inf'),
      'NoBucket',
      "latency: all finite buckets end below what most of the stable revision's requests take",
    ],
  ])('says why it cannot compare: %s', (_, samples, reason, message) => {
    expect(looked(samples, 1).finding).toMatchObject({ reason, message });
  });
});
