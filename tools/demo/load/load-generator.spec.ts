import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { dueRequests, startLoad } from './load-generator.ts';
import type { LoadSecond } from './load-summary.ts';
import { LoadOptionError } from './load-target.ts';
import type { RequestRecord } from './request-record.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const read = async (request: IncomingMessage) => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};
const answer = (digit: number, version = '7') =>
  JSON.stringify({
    model_name: 'digits',
    model_version: version,
    outputs: [{ name: 'digit', data: [digit] }],
  });

const requests = [
  { body: '{"n":0}', digit: 0 },
  { body: '{"n":1}', digit: 1 },
];

describe('dueRequests', () => {
  it.each([
    [0, 100, 1],
    [9.9, 100, 1],
    [10, 100, 2],
    [1_000, 50, 51],
    [1_999, 0.5, 1],
    [2_000, 0.5, 2],
  ])('after %d ms at %d per second: %d', (elapsedMs, rate, due) => {
    expect(dueRequests(elapsedMs, rate)).toBe(due);
  });
});

describe('startLoad', () => {
  it('sends rows in turn to the model path with the Host header, over kept-alive connections', async () => {
    const seen: string[] = [];
    const sockets = new Set<unknown>();
    const url = await serve(async (request, response) => {
      sockets.add(request.socket);
      seen.push(`${request.method} ${request.url} ${request.headers.host} ${await read(request)}`);
      response.end(answer(0));
    });
    const options = { baseUrl: url, hostHeader: 'digits.example.com', requests, connections: 2 };
    const summary = await startLoad({ ...options, ratePerSecond: 200, durationMs: 5_000, maxRequests: 20 })
      .done;
    expect(seen).toHaveLength(20);
    const prefix = 'POST /v2/models/digits/infer digits.example.com';
    expect(new Set(seen)).toEqual(new Set([`${prefix} {"n":0}`, `${prefix} {"n":1}`]));
    expect(sockets.size).toBeLessThanOrEqual(2);
    expect(summary).toMatchObject({ requests: 20, failures: 0, correct: 10, notSent: 0 });
    expect(summary.versions['7']).toMatchObject({ requests: 20, correct: 10 });
  });

  it('keeps its rate while answers are slow, and counts the waiting', async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end(answer(0)), 200));
    const records: RequestRecord[] = [];
    const load = startLoad({
      baseUrl: url,
      requests,
      ratePerSecond: 100,
      durationMs: 5_000,
      maxRequests: 30,
      connections: 10,
      onRecord: (record) => records.push(record),
    });
    await load.done;
    const starts = records.map((record) => record.startedAtMs).sort((a, b) => a - b);
    // 30 requests at 100 a second are due within 290 ms, although only 10 connections answer 5 a second each.
    expect((starts[29] as number) - (starts[0] as number)).toBeGreaterThanOrEqual(280);
    expect((starts[29] as number) - (starts[0] as number)).toBeLessThanOrEqual(300);
    expect(Math.max(...records.map((record) => record.latencyMs))).toBeGreaterThan(300);
  });

  it('does not pile up more than maxInFlight', async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end(answer(0)), 500));
    const options = { baseUrl: url, requests, ratePerSecond: 500, durationMs: 5_000, maxRequests: 20 };
    const summary = await startLoad({ ...options, maxInFlight: 5 }).done;
    expect(summary).toMatchObject({ requests: 5, notSent: 15 });
  });

  it('records errors with the version that gave them, and transport errors with none', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count++;
      if (count === 1)
        return void response.writeHead(500, { 'x-model-version': '3', 'x-pod-name': 'p' }).end('broken');
      if (count === 2) return void response.writeHead(503).end('no healthy upstream');
      if (count === 3) return void request.socket.destroy();
      if (count === 4) return void response.end('not json');
      response.end(answer(0));
    });
    const records: RequestRecord[] = [];
    const options = {
      baseUrl: url,
      requests,
      ratePerSecond: 20,
      durationMs: 5_000,
      maxRequests: 5,
      connections: 1,
    };
    const summary = await startLoad({ ...options, onRecord: (record) => records.push(record) }).done;
    expect(records[0]).toMatchObject({
      status: 500,
      version: '3',
      pod: 'p',
      correct: null,
      detail: 'broken',
    });
    expect(records[1]).toMatchObject({ status: 503, version: null, detail: 'no healthy upstream' });
    expect(records[2]).toMatchObject({ status: null, error: 'UND_ERR_SOCKET', version: null });
    expect(records[3]).toMatchObject({ status: 200, error: 'unreadable answer' });
    expect(records[4]).toMatchObject({ status: 200, error: null, version: '7', correct: true });
    expect(summary.failures).toBe(4);
    expect(summary.versions['none']?.firstFailure?.atMs).toBe(records[1]?.startedAtMs);
  });

  it('records a timeout', async () => {
    const url = await serve(() => {});
    const options = { baseUrl: url, requests, ratePerSecond: 1, durationMs: 5_000, maxRequests: 1 };
    const summary = await startLoad({ ...options, requestTimeoutMs: 100 }).done;
    expect(summary.versions['none']?.outcomes).toEqual({ timeout: 1 });
  });

  it('reports seconds, stops when told and waits for what is in flight', async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end(answer(0)), 300));
    const seconds: LoadSecond[] = [];
    const options = { baseUrl: url, requests, ratePerSecond: 20, durationMs: 60_000 };
    const load = startLoad({ ...options, onSecond: (second) => seconds.push(second) });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const summary = await load.stop();
    expect(await load.done).toBe(summary);
    expect(summary.requests).toBeGreaterThanOrEqual(20);
    expect(summary.failures).toBe(0);
    expect(seconds.length).toBeGreaterThanOrEqual(2);
    expect(seconds.reduce((sum, second) => sum + second.last.requests, 0)).toBe(summary.requests);
    expect(seconds.at(-1)?.total.requests).toBe(summary.requests);
  });

  it('ends at its duration', async () => {
    const url = await serve((_, response) => void response.end(answer(0)));
    const summary = await startLoad({ baseUrl: url, requests, ratePerSecond: 50, durationMs: 400 }).done;
    expect(summary.requests).toBe(21);
  });

  it('ends with the error of a callback that throws', async () => {
    const url = await serve((_, response) => void response.end(answer(0)));
    const options = { baseUrl: url, requests, ratePerSecond: 50, durationMs: 60_000 };
    const load = startLoad({
      ...options,
      onRecord: () => {
        throw new Error('callback broke');
      },
    });
    await expect(load.done).rejects.toThrow('callback broke');
  });

  it.each([
    [{ ratePerSecond: 0 }, /^ratePerSecond: found 0, accepted/],
    [{ ratePerSecond: Number.NaN }, /^ratePerSecond/],
    [{ ratePerSecond: 1e9 }, /^ratePerSecond/],
    [{ durationMs: 1e9 }, /^durationMs: found 1000000000, accepted a number above 0, at most 3600000/],
    [{ maxRequests: -1 }, /^maxRequests/],
    [{ requests: [] }, /^requests/],
    [{ baseUrl: 'http://example.com' }, /^url/],
  ])('refuses %j', (wrong, message) => {
    const options = {
      baseUrl: 'http://127.0.0.1:9',
      requests,
      ratePerSecond: 1,
      durationMs: 1_000,
      ...wrong,
    };
    expect(() => startLoad(options)).toThrow(LoadOptionError);
    expect(() => startLoad(options)).toThrow(message);
  });
});
