import { describe, expect, it } from '@jest/globals';
import type { ModelDeployment, ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { parseScenario } from '../scenarios/parse-scenario.ts';
import { specOf } from '../testing/world-bed.ts';
import { badByModel, badOf, badOtherwise } from '../traffic/ledger.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';

const judged = (overrides: Partial<ModelDeploymentSpec> = {}) =>
  specOf({
    analysis: {
      minRequests: 50,
      metrics: [
        { name: 'errors', kind: 'errorRate', max: 0.02 },
        { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } },
      ],
    },
    ...overrides,
  });

const run = (scenario: string, spec = judged(), seed = 1): Promise<Rehearsal> => {
  const manifest = {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { name: 'model', namespace: 'ml' },
    spec,
  } as ModelDeployment;
  const limitMs = 4 * 3_600_000;
  return rehearse({ manifest, scenario: parseScenario(scenario), seed, requestsPerSecond: 100, limitMs });
};

/** No threshold is named: what is slow is what the stable revision hardly ever takes. */
const byDistribution = judged({
  analysis: { minRequests: 50, metrics: [{ name: 'latency', kind: 'latency' }] },
});

describe('a rehearsal', () => {
  it.each([
    ['healthy', 'Promoted', /^/],
    [
      'slow:1.5x',
      'RolledBack',
      /^analysis failed: latency: .* took longer than \d+ ms .* harm of more than /,
    ],
  ])('compares whole distributions of latency: %s', async (scenario, outcome, message) => {
    const rehearsal = await run(scenario, byDistribution);
    expect(rehearsal).toMatchObject({ outcome, message: expect.stringMatching(message) });
  });

  it.each([
    ['healthy', 'Promoted'],
    ['errors:5%', 'RolledBack'],
    ['errors:50%', 'RolledBack'],
    ['slow:4x', 'RolledBack'],
    ['crash', 'RolledBack'],
    ['never-ready', 'Failed'],
    ['bad-image', 'Failed'],
    ['late-harm:60s', 'RolledBack'],
    ['flapping:20%', 'RolledBack'],
    ['no-metrics', undefined],
    ['stale-metrics', undefined],
    ['silent-gateway', undefined],
    ['controller-crashes:40s', 'Promoted'],
    ['errors:0%,controller-crashes:30s', 'Promoted'],
  ])('of %s ends as %s, and no request fails that the model did not fail', async (scenario, outcome) => {
    const { served, ...rehearsal } = await run(scenario);
    expect(rehearsal.outcome).toBe(outcome);
    expect(rehearsal.message).not.toBe('');
    const all = [served.stable, served.candidate, served.nobody];
    expect(all.map((one) => badOf(one, badOtherwise))).toEqual([0, 0, 0]);
    const perSecond = all.reduce((sum, { requests }) => sum + requests, 0) / (rehearsal.tookMs / 1000 + 5);
    expect(perSecond).toBeGreaterThan(95);
    expect(perSecond).toBeLessThan(105);
  });

  it('shows a bad model to few users, and a worse one to fewer', async () => {
    const [bad, worse] = await Promise.all([run('errors:5%'), run('errors:50%')]);
    expect(badOf(bad.served.candidate, badByModel)).toBeLessThan(60);
    expect(worse.served.candidate.requests).toBeLessThan(bad.served.candidate.requests);
  });

  it('is the same for the same seed, and another for another', async () => {
    const [once, again, other] = await Promise.all([
      run('healthy'),
      run('healthy'),
      run('healthy', judged(), 2),
    ]);
    expect(again).toEqual(once);
    expect(other.served).not.toEqual(once.served);
  });

  it('tells what is split, from the route and not from the plan', async () => {
    const { timeline } = await run('healthy');
    const splits = timeline.flatMap((entry) => (entry.kind === 'split' ? entry.candidatePercent : []));
    expect(splits).toEqual([5, 25, 50, 100]);
  });

  it('of plain Services is split by pods', async () => {
    const spec = specOf({ traffic: { service: {} }, replicas: 4 });
    const { outcome, timeline, served } = await run('healthy', spec);
    expect(outcome).toBe('Promoted');
    const splits = timeline.flatMap((entry) => (entry.kind === 'split' ? entry.candidatePercent : []));
    expect([splits[0], splits.at(-1)]).toEqual([20, 100]);
    expect(served.candidate.requests).toBeGreaterThan(0);
  });

  it.each<[string, ModelDeploymentSpec['strategy'], string]>([
    ['blue-green', { blueGreen: { bake: { duration: '60s' } } }, 'Promoted'],
    ['shadow', { shadow: { duration: '60s', minRequests: 100 } }, 'Completed'],
  ])('of %s', async (_, strategy, outcome) => {
    expect((await run('healthy', judged({ strategy }))).outcome).toBe(outcome);
  });

  it('says what it cannot know, and that is NoData', async () => {
    const query = (name: string, text: string) =>
      ({ name, kind: 'query', query: text, pass: 'result < 1.0' }) as const;
    const metrics = [
      query('gpu', 'max(vllm:kv_cache_usage_perc)'),
      query('top', 'topk(1, up)'),
      query(
        'known',
        'sum(rate(envoy_cluster_upstream_rq_xx{envoy_response_code_class="5"}[1m])) or vector(0)',
      ),
    ];
    const { notes, outcome, timeline } = await run('healthy', judged({ analysis: { metrics } }));
    expect(notes).toEqual([
      'metric gpu: the simulated Prometheus knows nothing of vllm:kv_cache_usage_perc; it will say NoData',
      expect.stringMatching(
        /^metric top: the simulated Prometheus does not have topk; .*; it will say NoData$/,
      ),
    ]);
    expect(outcome).toBeUndefined();
    const said = timeline.flatMap((entry) =>
      entry.kind === 'verdict' ? `${entry.metric} ${entry.verdict}` : [],
    );
    expect(said).toEqual(expect.arrayContaining(['gpu NoData', 'top NoData', 'known Pass']));
  });
});
