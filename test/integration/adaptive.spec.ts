import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { expectServed } from '../support/served.ts';
import { TestBed } from '../support/test-bed.ts';
import { totalOf, WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/** Canaries whose weights the evidence chooses, on a real gateway and a real Prometheus, under load. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const spec = {
  replicas: 4,
  analysis: { interval: '1s', metrics: [{ name: 'errors', kind: 'errorRate' }] },
  strategy: { canary: { adaptive: { lossBudget: 5, hold: '5s' }, bake: { duration: '3s' } } },
};

/** The candidate's shares, in the order in which the route got them, until it had everything. */
const sharesOf = (model: WatchedModel): number[] => {
  const shares = model.route.objects.map((route) => (100 * model.weightOf('v2', route)) / totalOf(route));
  return shares.filter((share, index) => share > 0 && share !== shares[index - 1]);
};

describe('an adaptive canary', () => {
  it('gives a good version more and more, and everything when it has proved itself', async () => {
    const model = await WatchedModel.serve(bed, 'growing', { spec });
    const load = model.load({ rate: 200 });
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1, { timeoutMs: 120_000 });
    await load.stop();
    expect(status).toMatchObject({ outcome: 'Promoted' });
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
    const shares = sharesOf(model);
    expect(shares[0]).toBe(1);
    expect(shares.at(-1)).toBe(100);
    expect(shares).toEqual([...shares].sort((left, right) => left - right));
    expect(shares.at(-2)).toBeGreaterThanOrEqual(20);
  });

  it('takes a bad one back while it has little', async () => {
    const model = await WatchedModel.serve(bed, 'harming', { spec });
    const load = model.load({ rate: 200 });
    await model.apply({ version: '2', env: { ERROR_RATE: '0.5' } });
    const { status } = await model.outcome(1);
    await load.stop();
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed', weight: 0 });
    const bad = load.answers.filter(({ status: code }) => code >= 500);
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.length).toBeLessThan(60);
    expect(Math.max(...sharesOf(model))).toBeLessThan(20);
  });
});
