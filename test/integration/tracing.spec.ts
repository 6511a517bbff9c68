import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SpanReceiver } from '../../src/observability/testing/span-receiver.ts';
import { errorAnalysis as analysis } from '../support/analysis.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(240_000);

let bed: TestBed;
let receiver: SpanReceiver;
let endpoint: string;
beforeAll(async () => {
  bed = await TestBed.start();
  receiver = await SpanReceiver.start();
  endpoint = await bed.reachableInside(receiver.endpoint);
}, 600_000);
afterAll(async () => {
  await bed?.stop();
  await receiver?.stop();
}, 60_000);

describe('traces of the real controller', () => {
  it('have the parts of a pass, its writes and its queries', async () => {
    const controller = await bed.installController({ config: { tracing: { endpoint } } });
    const model = await WatchedModel.serve(bed, 'traced', { version: '1', spec: { analysis } });
    model.load();
    await model.apply({ version: '2' });
    await model.until('has a share', ({ traffic }) => traffic?.acknowledged && traffic.applied === 20);
    await waitFor('a query is traced', () => receiver.paths.includes('reconcile > gather > query'));
    await waitFor('a move of traffic is traced', () =>
      receiver.paths.includes('reconcile > apply > api apply HTTPRoute'),
    );
    expect(receiver.paths).toContain('reconcile > decide');
    // Watches and the Lease belong to no pass.
    expect(receiver.spans.filter(({ name }) => /watch|Lease/.test(name))).toEqual([]);
    const weights = receiver.spans.map(({ attributes }) => attributes['understudy.weight']);
    expect(weights.map(Number)).toContain(20);
    expect(await controller.stop()).toBe(0);
  });

  it('that nobody takes delay neither a rollout nor the end of the program', async () => {
    receiver.silent = true;
    const controller = await bed.installController({ config: { tracing: { endpoint } } });
    const model = await WatchedModel.serve(bed, 'untaken', { version: '1' });
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    expect(receiver.requests).toBeGreaterThan(0);
    expect(await controller.stop()).toBe(0);
  });
});
