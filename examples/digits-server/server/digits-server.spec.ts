import { request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadDigits } from '../dataset.ts';
import { loadModel, modelFile } from '../model/model-file.ts';
import { predict } from '../model/model.ts';
import type { Faults } from './config.ts';
import { DigitsServer } from './digits-server.ts';
import { Inference } from './inference.ts';

const rows = loadDigits();
const noFaults: Faults = { latencyMs: 0, errorRate: 0, crashAfterRequests: 0 };
let running: { server: DigitsServer; stopped?: Promise<void> } | undefined;

afterEach(async () => {
  await (running?.stopped ?? running?.server.stop(0));
  running = undefined;
});

async function start(version: string, faults: Partial<Faults> = {}, random = () => 0.5) {
  const model = loadModel(modelFile('digits', version));
  let crashes = 0;
  const inference = new Inference(model, { ...noFaults, ...faults }, random, () => crashes++);
  const server = new DigitsServer(model, inference, 'digits-pod');
  running = { server };
  const { port }: AddressInfo = await server.listen(0, '127.0.0.1');
  const base = `http://127.0.0.1:${port}`;
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(base + path, init);
    const text = await response.text();
    const json = () => JSON.parse(text) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, text, json };
  };
  const infer = (data: readonly number[], path = '/v2/models/digits/infer') =>
    get(path, {
      method: 'POST',
      body: JSON.stringify({
        inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [data.length / 64, 64], data }],
      }),
    });
  return { model, server, port, get, infer, crashes: () => crashes };
}

const image = (index: number) => rows[index]?.pixels ?? [];
/** An image that version 3's contrast table has no gain for. */
const unknownInk = rows.find((row) => {
  try {
    predict(loadModel(modelFile('digits', '3')), row.pixels);
    return false;
  } catch {
    return true;
  }
});

describe('the Open Inference Protocol', () => {
  it('answers about server, health and model', async () => {
    const { get } = await start('1');
    expect((await get('/v2')).json()).toMatchObject({ name: 'digits-server' });
    expect((await get('/v2/health/live')).json()).toEqual({ live: true });
    expect((await get('/v2/health/ready')).json()).toEqual({ ready: true });
    for (const path of ['/v2/models/digits', '/v2/models/digits/versions/1']) {
      expect((await get(path)).json()).toMatchObject({
        name: 'digits',
        versions: ['1'],
        inputs: [{ name: 'pixels' }],
      });
      expect((await get(`${path}/ready`)).json()).toEqual({ name: 'digits', ready: true });
    }
  });

  it('classifies a batch, with and without the version in the path', async () => {
    const { model, infer } = await start('2');
    const batch = [...image(0), ...image(1), ...image(2)];
    for (const path of ['/v2/models/digits/infer', '/v2/models/digits/versions/2/infer']) {
      const answer = await infer(batch, path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-model-version')).toBe('2');
      expect(answer.headers.get('x-pod-name')).toBe('digits-pod');
      const expected = [0, 1, 2].map((index) => predict(model, image(index)).digit);
      expect(answer.json()).toMatchObject({
        model_version: '2',
        outputs: [{ name: 'digit', shape: [3], data: expected }, { shape: [3, 10] }],
      });
    }
  });

  it.each([
    ['GET', '/v3', 404, /^path: found "\/v3"/],
    ['GET', '/v2/models/other', 404, /^model: found "other", accepted "digits"/],
    ['GET', '/v2/models/digits/versions/9', 404, /^version of model digits: found "9", accepted "1"/],
    ['GET', '/v2/models/digits/infer', 405, /^method: found GET, accepted POST/],
    ['DELETE', '/v2', 405, /^method: found DELETE, accepted GET or HEAD/],
    ['GET', '/v2/%zz', 400, /^path: .*percent-encoding/],
    ['POST', '/v2/models/digits/infer', 400, /^body: found "", accepted a JSON object/],
  ])('%s %s -> %d', async (method, path, status, message) => {
    const { get } = await start('1');
    const answer = await get(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.json()['error']).toMatch(message);
    expect(answer.headers.get('x-model-version')).toBe('1');
    expect(answer.headers.has('allow')).toBe(status === 405);
  });

  it('refuses a body that is too large, and stays usable', async () => {
    const { get, infer } = await start('1');
    const answer = await get('/v2/models/digits/infer', {
      method: 'POST',
      body: 'x'.repeat(5 * 1024 * 1024),
    });
    expect(answer.status).toBe(413);
    expect((await infer(image(0))).status).toBe(200);
  });
});

describe('failures', () => {
  it('of preprocessing are a 500 that says why', async () => {
    const { infer } = await start('3');
    const answer = await infer(unknownInk?.pixels ?? []);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('x-model-version')).toBe('3');
    expect(answer.json()['error']).toMatch(
      /^preprocessing of digits version 3 failed: contrast table has no gain/,
    );
  });

  it('on purpose: error rate, latency and crash', async () => {
    const faulty = await start('1', { errorRate: 0.3, latencyMs: 50, crashAfterRequests: 3 }, () => 0.29);
    const startedMs = performance.now();
    expect((await faulty.infer(image(0))).json()['error']).toBe('fault on purpose: ERROR_RATE=0.3');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(49);
    await faulty.infer(image(0));
    expect(faulty.crashes()).toBe(0);
    await faulty.infer(image(0));
    expect(faulty.crashes()).toBe(1);
  });

  it('on purpose stay away above the error rate', async () => {
    const { infer } = await start('1', { errorRate: 0.3 }, () => 0.3);
    expect((await infer(image(0))).status).toBe(200);
  });
});

describe('metrics', () => {
  it('count inferences by code, not probes', async () => {
    const { get, infer } = await start('3');
    await infer(image(0));
    await infer([...image(0), ...image(0)]);
    await infer(unknownInk?.pixels ?? []);
    await get('/v2/health/ready');
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const value = (series: string) =>
      answer.text.split('\n').find((line) => line.startsWith(series) && line.includes('model_version="3"'));
    expect(value('model_requests_total{code="200"')).toMatch(/ 2$/);
    expect(value('model_requests_total{code="500"')).toMatch(/ 1$/);
    expect(value('model_request_duration_seconds_count')).toMatch(/ 3$/);
    expect(value('model_inferences_total')).toMatch(/ 3$/);
    expect(value('model_info')).toMatch(/ 1$/);
  });

  it('count a client that leaves as 499', async () => {
    const { port, get } = await start('1', { latencyMs: 600 });
    const leaving = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/v2/models/digits/infer' });
    leaving.on('error', () => {});
    leaving.end('{}');
    await new Promise((resolve) => setTimeout(resolve, 200));
    leaving.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await get('/metrics')).text).toMatch(/model_requests_total\{code="499".*\} 1/);
  });
});

describe('stopping', () => {
  it('is not ready at once, serves through the drain asking to close, and finishes what is in flight', async () => {
    const { server, port, get, infer } = await start('1', { latencyMs: 300 });
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const startedMs = performance.now();
    const stopped = server.stop(1_000);
    running = { server, stopped };
    expect((await get('/v2/health/ready')).status).toBe(503);
    expect((await get('/v2/models/digits/ready')).status).toBe(503);
    expect((await get('/v2/health/live')).status).toBe(200);
    const during = await infer(image(0));
    expect([during.status, during.headers.get('connection')]).toEqual([200, 'close']);
    await new Promise((resolve) => setTimeout(resolve, 850 - (performance.now() - startedMs)));
    const inFlight = infer(image(0)); // answered after the drain is over
    expect((await inFlight).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
    await stopped; // also with a connection that never sent a request
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    silent.destroy();
    await expect(get('/v2')).rejects.toThrow();
  });
});
