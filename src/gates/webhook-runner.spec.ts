import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { useLabel } from '../api/group.ts';
import { type Gate, resolveGate } from '../api/gate.ts';
import type { GateQuestion } from '../domain/gates/gate-question.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { AllowedHosts } from '../outbound/allowed-hosts.ts';
import { OutboundHttp } from '../outbound/outbound-http.ts';
import { SecretReader } from '../outbound/secret-reader.ts';
import { signatureOf } from '../outbound/signature.ts';
import { Receiver } from '../outbound/testing/receiver.ts';
import { SystemClock } from '../runtime/clock.ts';
import { WebhookRunner } from './webhook-runner.ts';

let receiver: Receiver;
let http: OutboundHttp;
let runner: WebhookRunner;
let labels: Record<string, string>;
let now: AbortController;

/** Waits are not waited for, and kept. */
const waits: number[] = [];
const clock = Object.assign(new SystemClock(), {
  sleep: async (ms: number) => {
    waits.push(ms);
  },
});

beforeEach(async () => {
  receiver = await Receiver.start();
  http = new OutboundHttp({ hosts: new AllowedHosts([receiver.url]), clock: new SystemClock() });
  labels = { [useLabel.key]: useLabel.value };
  const get = async (): Promise<KubernetesObject> => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'checks', namespace: 'ml', labels },
    data: { signingKey: Buffer.from('the key').toString('base64') },
  });
  waits.length = 0;
  now = new AbortController();
  runner = new WebhookRunner({ http, secrets: new SecretReader({ get }), clock, random: () => 0.5 });
});
afterEach(async () => {
  await http.close();
  await receiver.stop();
});

function questionOf(changes: Partial<Gate> = {}, webhook: Partial<Gate['webhook']> = {}): GateQuestion {
  const url = `${receiver.url}/check`;
  return {
    id: 'uid/acceptance/1/0',
    gate: resolveGate({ name: 'acceptance', when: 'during', webhook: { url, ...webhook }, ...changes }),
    round: 0,
    facts: {
      namespace: 'ml',
      name: 'sentiment',
      uid: 'uid-of-it',
      rollout: { name: 'sentiment-3', uid: 'uid' },
      when: 'during',
      step: 1,
      steps: 3,
      weight: 25,
      candidate: { revision: 'cccccccccc', model: { name: 'sentiment', version: '3' } },
      stable: { revision: 'ssssssssss' },
    },
  };
}
const run = (question: GateQuestion) => runner.run(question, now.signal);

it('asks with a CloudEvent that says who asks, where the rollout stands, and what the user added', async () => {
  expect(await run(questionOf({}, { metadata: { suite: 'smoke' } }))).toEqual({
    kind: 'answered',
    verdict: 'Pass',
    message: expect.stringContaining('answers 200'),
  });
  const [{ method, path, headers, body }] = receiver.received as [(typeof receiver.received)[0]];
  expect([method, path, headers['content-type']]).toEqual([
    'POST',
    '/check',
    'application/cloudevents+json; charset=utf-8',
  ]);
  expect(JSON.parse(body)).toMatchObject({
    specversion: '1.0',
    id: 'uid/acceptance/1/0',
    type: 'understudy.dev.gate',
    source: '/apis/understudy.dev/v1alpha1/namespaces/ml/modeldeployments/sentiment',
    subject: 'sentiment-3',
    data: {
      gate: 'acceptance',
      namespace: 'ml',
      name: 'sentiment',
      rollout: 'sentiment-3',
      when: 'during',
      step: 1,
      steps: 3,
      weight: 25,
      candidate: { revision: 'cccccccccc', model: { name: 'sentiment', version: '3' } },
      stable: { revision: 'ssssssssss' },
      metadata: { suite: 'smoke' },
    },
  });
});

describe('the signature', () => {
  it('proves who asks, under the id of the question', async () => {
    await run(questionOf({}, { secretRef: { name: 'checks' } }));
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    expect(headers['webhook-id']).toBe('uid/acceptance/1/0');
    const seconds = Number(headers['webhook-timestamp']);
    expect(headers['webhook-signature']).toBe(
      `v1,${signatureOf('the key', 'uid/acceptance/1/0', seconds, body)}`,
    );
  });

  it('needs a Secret whose owner allows it: without, nothing is sent', async () => {
    labels = {};
    const answer = await run(questionOf({ retries: 0 }, { secretRef: { name: 'checks' } }));
    expect(answer).toMatchObject({ kind: 'silent', message: expect.stringContaining(useLabel.key) });
    expect(receiver.received).toEqual([]);
  });
});

describe('when nobody answers', () => {
  it('it is asked again with growing delays and the same id, and then it is silence', async () => {
    receiver.answerStatus(503);
    expect(await run(questionOf({ retries: 2 }))).toMatchObject({
      kind: 'silent',
      message: expect.stringContaining('answers 503'),
    });
    const ids = receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id);
    expect(ids).toEqual(Array(3).fill('uid/acceptance/1/0'));
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThan(waits[0]!);
  });

  it('an answer that comes late counts', async () => {
    let calls = 0;
    receiver.answer((response) => response.writeHead((calls += 1) < 3 ? 500 : 200).end());
    expect(await run(questionOf())).toMatchObject({ kind: 'answered', verdict: 'Pass' });
    expect(calls).toBe(3);
  });

  it('it is waited for no longer than its timeout', async () => {
    receiver.answer(() => {});
    expect(await run(questionOf({ timeout: '1s', retries: 0 }))).toMatchObject({
      kind: 'silent',
      message: expect.stringContaining('did not answer within 1000 ms'),
    });
  });

  it('it is left alone for as long as it asks for', async () => {
    receiver.answerStatus(429, { 'retry-after': '17' });
    await run(questionOf({ retries: 1 }));
    expect(waits).toEqual([17_000]);
  });

  it('a question that is no longer open is given up', async () => {
    receiver.answer(() => {});
    const asking = run(questionOf({ timeout: '1h' }));
    now.abort(new Error('over'));
    await expect(asking).rejects.toThrow('over');
  });
});

it('a clear no is not asked for again', async () => {
  receiver.answerStatus(403);
  expect(await run(questionOf())).toMatchObject({ kind: 'answered', verdict: 'Fail' });
  expect(receiver.received).toHaveLength(1);
});

it('no host is called that the administrator did not allow', async () => {
  const answer = await run(questionOf({ retries: 0 }, { url: 'http://elsewhere.example.com/' }));
  expect(answer).toMatchObject({ kind: 'silent', message: expect.stringContaining('elsewhere.example.com') });
});
