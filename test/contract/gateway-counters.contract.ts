import { describe, expect, it } from '@jest/globals';
import { resolveAnalysis } from '../../src/api/defaults.ts';
import { judge } from '../../src/domain/analysis/judge.ts';
import { planMeasurements } from '../../src/domain/analysis/plan-measurements.ts';
import type { Arms } from '../../src/domain/analysis/preset.ts';
import type { MetricsSource } from '../../src/metrics-source/metrics-source.ts';
import { bestOf } from '../../src/domain/analysis/presets/counter-preset.ts';
import { contourEnvoy } from '../../src/metrics-source/presets/gateways/contour-envoy.ts';
import { exposedNames } from '../../src/simulation/traffic/gateway-counters.ts';
import { latencyBoundsMs } from '../../src/simulation/traffic/latency.ts';

/** What can become of a request to the candidate; `unrouted`: to a host or path without a route. */
export type SentFate = 'answered' | 'failed' | 'refused' | 'unrouted';

export interface GatewayCountersHarness {
  arms: Arms;
  source: MetricsSource;
  /** From when on is counted, in milliseconds since the epoch. */
  sinceMs: number;
  now(): number;
  /** Sends about so many requests of this fate, and gives how many they were. */
  send(fate: SentFate, about: number): Promise<number>;
  /** Waits until what was sent is scraped. */
  scraped(): Promise<void>;
}

const plan = resolveAnalysis({
  minRequests: 1,
  metrics: [
    { name: 'errors', kind: 'errorRate', max: 1 },
    {
      name: 'latency',
      kind: 'latency',
      objective: { threshold: '5000ms', max: 1 },
    },
  ],
});

const common = ['__name__', 'envoy_cluster_name', 'instance', 'job'];
const ownLabels: Readonly<Record<string, string[]>> = {
  envoy_cluster_upstream_rq: ['envoy_response_code'],
  envoy_cluster_upstream_rq_xx: ['envoy_response_code_class'],
  envoy_cluster_upstream_rq_time_bucket: ['le'],
};

/** How Contour's Envoy counts: what the preset relies on, and the simulated gateway imitates. */
export function gatewayCountersContract(name: string, harness: () => GatewayCountersHarness): void {
  /** The candidate's requests and bad ones, as a gate would count them. */
  async function counted() {
    const { arms, source, sinceMs, now } = harness();
    const nowMs = now();
    const { scrapeIntervalMs } = source;
    const input = {
      ...{
        plan,
        evidence: undefined,
        arms,
        preset: bestOf(contourEnvoy),
        stepIndex: 0,
        sinceMs,
        nowMs,
        scrapeIntervalMs,
      },
    };
    const results = await Promise.all(
      planMeasurements(input).map(async ({ id, query, atMs }) => ({
        id,
        result: await source.instant(query, { atMs }),
      })),
    );
    const { metrics } = judge({
      ...input,
      measurements: { kind: 'measured', atMs: nowMs, results },
    }).evidence;
    const none = { requests: 0, bad: 0 };
    return {
      errors: metrics['errors']?.candidate ?? none,
      answers: metrics['latency']?.candidate?.requests ?? 0,
    };
  }

  describe(`${name}, counting by revision`, () => {
    it('charges answers, errors and refused connections to the revision, and nothing that had no route', async () => {
      const { send, scraped } = harness();
      const before = await counted();
      const answered = await send('answered', 40);
      const failed = await send('failed', 10);
      await scraped();
      const refused = await send('refused', 5);
      await send('unrouted', 5);
      await scraped();
      const after = await counted();
      expect([answered, failed, refused].every((requests) => requests > 0)).toBe(true);
      expect(after.errors.requests - before.errors.requests).toBe(answered + failed + refused);
      expect(after.errors.bad - before.errors.bad).toBe(failed + refused);
      // A refused connection is in no histogram.
      expect(after.answers - before.answers).toBe(answered + failed);
    });

    it('has these names, labels and buckets', async () => {
      const { source, arms, now } = harness();
      const cluster = `${arms.namespace}_${arms.candidate.service}_${arms.candidate.port}`;
      const names = exposedNames.join('|');
      const query = `{__name__=~"${names}",envoy_cluster_name="${cluster}"}`;
      const result = await source.instant(query, { atMs: now() });
      if (result.kind !== 'vector') throw new Error(`expected series, found ${result.kind}`);
      const found = new Set(result.series.map(({ labels }) => labels['__name__']));
      expect([...found].sort()).toEqual([...exposedNames].sort());
      for (const { labels } of result.series) {
        const expected = [...common, ...(ownLabels[labels['__name__']!] ?? [])];
        expect(Object.keys(labels).sort()).toEqual(expected.sort());
      }
      const bounds = result.series.flatMap(({ labels }) => (labels['le'] === undefined ? [] : labels['le']));
      const numbers = bounds.map((bound) => (bound === '+Inf' ? Infinity : Number(bound)));
      expect(numbers.sort((a, b) => a - b)).toEqual([...latencyBoundsMs, Infinity]);
    });
  });
}
