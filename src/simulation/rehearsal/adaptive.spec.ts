import { describe, expect, it } from '@jest/globals';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { Analysis } from '../../api/analysis.ts';
import { parseScenario } from '../scenarios/parse-scenario.ts';
import { specOf } from '../testing/world-bed.ts';
import { badByModel, badOf } from '../traffic/ledger.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';

const minuteMs = 60_000;

const run = (
  scenario: string,
  { requestsPerSecond = 100, seed = 1, adaptive = {}, analysis = {} as Partial<Analysis> } = {},
): Promise<Rehearsal> => {
  const manifest = {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { name: 'model', namespace: 'ml' },
    spec: specOf({
      strategy: { canary: { adaptive, bake: { duration: '1m' } } },
      analysis: { interval: '5s', metrics: [{ name: 'errors', kind: 'errorRate' }], ...analysis },
    }),
  } as ModelDeployment;
  return rehearse({
    manifest,
    scenario: parseScenario(scenario),
    seed,
    requestsPerSecond,
    limitMs: 2 * 60 * minuteMs,
  });
};

const raised = ({ timeline }: Rehearsal) =>
  timeline.flatMap((entry) => (entry.kind === 'split' ? [entry] : []));

describe('an adaptive canary', () => {
  it.each([1, 2, 3])('promotes a healthy model within two minutes and its hold (seed %i)', async (seed) => {
    const rehearsal = await run('healthy', { seed, adaptive: { hold: '0s' } });
    expect(rehearsal.outcome).toBe('Promoted');
    expect(rehearsal.allTrafficAfterMs).toBeLessThan(2 * minuteMs);
  });

  it('raises the weight step by step, by its factor at most and up to its largest', async () => {
    const weights = raised(await run('healthy')).map(({ candidatePercent }) => candidatePercent);
    expect(weights[0]).toBe(1);
    expect(weights.slice(-2)).toEqual([50, 100]);
    weights.slice(1, -1).forEach((weight, index) => {
      expect(weight).toBeGreaterThan(weights[index]!);
      expect(weight).toBeLessThanOrEqual(3 * weights[index]! + 1e-9);
    });
  });

  it('looks at each weight before the next one', async () => {
    const splits = raised(await run('healthy'));
    splits.slice(1, -1).forEach(({ atMs }, index) => {
      expect(atMs - splits[index]!.atMs).toBeGreaterThanOrEqual(5_000);
    });
  });

  it.each([
    ['errors:5%', 20],
    ['errors:50%', 30],
    ['errors:100%', 30],
  ])('shows %s to few users', async (scenario, most) => {
    for (const seed of [1, 2, 3]) {
      const { outcome, served } = await run(scenario, { seed });
      expect(outcome).toBe('RolledBack');
      expect(badOf(served.candidate, badByModel)).toBeLessThanOrEqual(most);
    }
  });

  it('gives less for a smaller budget', async () => {
    const early = async (lossBudget: number) =>
      raised(await run('healthy', { adaptive: { lossBudget } })).filter(({ atMs }) => atMs < 40_000);
    const [small, large] = [await early(0.5), await early(50)];
    const largest = (splits: typeof small) =>
      Math.max(...splits.map(({ candidatePercent }) => candidatePercent));
    expect(largest(small)).toBeLessThan(largest(large));
  });

  it('that spent ten budgets holds: that is no proof of harm, so it is paused and not rolled back', async () => {
    // What is below the tolerance is accepted, and below 1 % passes: only the budget speaks.
    const analysis = {
      metrics: [{ name: 'errors', kind: 'errorRate' as const, tolerance: 5, passMargin: 10 }],
    };
    const adaptive = { lossBudget: 5, hold: '20m', maxHold: '25m' };
    const rehearsal = await run('errors:0.5%', { adaptive, analysis });
    expect(rehearsal.outcome).toBeUndefined();
    expect(rehearsal.message).toContain('10 times lossBudget are spent');
    expect(rehearsal.allTrafficAfterMs).toBeUndefined();
  });

  it('waits for the first request of a small share: that none came yet is no silence', async () => {
    const { outcome, timeline } = await run('healthy', { requestsPerSecond: 1 });
    expect(outcome).toBe('Promoted');
    const first = timeline.find((entry) => entry.kind === 'verdict');
    expect(first && 'verdict' in first && first.verdict).not.toBe('NoData');
  });
});
