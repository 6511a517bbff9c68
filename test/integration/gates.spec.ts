import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Gate } from '../../src/api/gate.ts';
import { signatureOf } from '../../src/outbound/signature.ts';
import { Receiver } from '../../src/outbound/testing/receiver.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(180_000);

const signingKey = 'k3y-of-the-gates';

let bed: TestBed;
let receiver: Receiver;
let controller: InstalledController;
let url: string;
beforeAll(async () => {
  bed = await TestBed.start();
  receiver = await Receiver.start();
  url = await bed.reachableInside(receiver.url);
  await bed.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'checks', namespace: 'default', labels: { 'understudy.dev/use': 'true' } },
    stringData: { signingKey },
  });
  controller = await bed.installController({ gates: { allowedHosts: [url] } });
}, 600_000);
afterAll(async () => {
  await bed?.stop();
  await receiver?.stop();
}, 60_000);

interface Asked {
  id: string;
  data: { name: string; gate: string; when: string; step: number; weight: number; candidate: object };
}

const asked = (name: string): Asked[] =>
  receiver.received.map(({ body }) => JSON.parse(body) as Asked).filter(({ data }) => data.name === name);

const gateOf = (when: Gate['when'], changes: Partial<Gate> = {}): Gate => ({
  name: `${when}-gate`,
  when,
  interval: '1s',
  webhook: { url: `${url}/${when}`, secretRef: { name: 'checks' } },
  ...changes,
});
const all = () => [gateOf('before'), gateOf('during'), gateOf('after')];

/** What each path says; a path that is not named passes. */
function says(answers: Record<string, { status?: number; body?: object } | 'nothing'>): void {
  receiver.answer((response, { path }) => {
    const answer = answers[path.slice(1)] ?? {};
    if (answer === 'nothing') return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body ?? { verdict: 'pass' }));
  });
}

const serve = (name: string, gates: Gate[]) =>
  WatchedModel.serve(bed, name, { version: '1', spec: { gates } });

describe('gates on a real API server', () => {
  it('are asked signed before, during and after, and let a good revision through', async () => {
    says({});
    const model = await serve('checked', all());
    expect(asked('checked')).toEqual([]);
    const revision = await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    const events = asked('checked');
    expect(new Set(events.map(({ data }) => data.when))).toEqual(new Set(['before', 'during', 'after']));
    expect(events[0]!.data).toMatchObject({ gate: 'before-gate', weight: 0, candidate: { revision } });
    for (const { headers, body } of receiver.received) {
      const { id } = JSON.parse(body) as Asked;
      const seconds = Number(headers['webhook-timestamp']);
      expect(headers['webhook-id']).toBe(id);
      expect(headers['webhook-signature']).toBe(`v1,${signatureOf(signingKey, id, seconds, body)}`);
    }
  });

  it('keep every user away from a candidate that fails before', async () => {
    says({ before: { body: { verdict: 'fail', message: '3 of 40 answers differ' } } });
    const model = await serve('refused', all());
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    expect(status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'GateFailed',
      message: 'gate before-gate failed: 3 of 40 answers differ',
    });
    await model.until('is rolled back', ({ phase }) => phase === 'RolledBack');
    expect(asked('refused')).toHaveLength(1);
  });

  it('take the traffic back when they say no during a step', async () => {
    says({});
    const model = await serve('watched', [gateOf('during')]);
    const load = model.load();
    await model.apply({ version: '2' });
    await waitFor('it is asked at a step', () => asked('watched').length >= 1);
    says({ during: { status: 422, body: { message: 'users complain' } } });
    const { status } = await model.outcome(1);
    expect(status).toMatchObject({
      reason: 'GateFailed',
      message: 'gate during-gate failed: users complain',
    });
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
  });

  it('that hang hold the rollout and say so, delay no abort, and are asked again by a new controller', async () => {
    says({ before: 'nothing' });
    const model = await serve('hung', [gateOf('before', { timeout: '60s' })]);
    await model.apply({ version: '2' });
    await waitFor('it is asked', () => asked('hung').length === 1);
    await model.until('says what it waits for', ({ message }) =>
      message?.includes('gate before-gate is asked'),
    );
    await controller.stop();
    controller = await bed.installController({ gates: { allowedHosts: [url] } });
    await waitFor('it is asked again', () => asked('hung').length === 2);
    const [first, second] = asked('hung');
    expect(second!.id).toBe(first!.id);
    await model.apply({ version: '1' });
    expect((await model.outcome(1)).status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'RevertedByUser',
    });
  });

  it('are refused with a clear error', async () => {
    const model = new WatchedModel(bed, 'wrong');
    const both = {
      name: 'both',
      when: 'before',
      webhook: { url },
      job: { template: { spec: { containers: [] } } },
    };
    await expect(model.apply({ spec: { gates: [both] } })).rejects.toThrow(
      'a gate needs either webhook or job',
    );
    await expect(model.apply({ spec: { gates: [{ name: 'none', when: 'before' }] } })).rejects.toThrow(
      'a gate needs either webhook or job',
    );
    await expect(
      model.apply({
        spec: { gates: [{ ...gateOf('before'), webhook: { url: 'https://a:b@c.example.com/' } }] },
      }),
    ).rejects.toThrow('url must be an http or https address without user');
  });
});
