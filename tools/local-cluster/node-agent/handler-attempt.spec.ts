import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attemptHandler, unsupportedHandler } from './handler-attempt.ts';
import type { Container, Handler } from './kubernetes-types.ts';

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') return;
    response.statusCode = Number(request.url?.slice(1)) || 200;
    response.end(`seen ${request.headers['x-probe'] ?? 'nothing'}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const attempt = (handler: Handler, timeoutMs = 1_000) => {
  const container: Container = { name: 'c', image: 'i', ports: [{ name: 'http', containerPort: port }] };
  const target = { nsenter: 'nsenter', podIp: '127.0.0.1', container, environment: {}, pid: undefined };
  return attemptHandler(handler, target, timeoutMs);
};

describe('httpGet', () => {
  test.each([
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [404, false],
    [503, false],
  ])('status %i gives %s', async (status, success) => {
    expect((await attempt({ httpGet: { path: `/${status}`, port } })).success).toBe(success);
  });

  test('finds named ports, sends headers, and quotes the answer of a failure only', async () => {
    const httpHeaders = [{ name: 'X-Probe', value: 'me' }];
    expect(await attempt({ httpGet: { path: '/500', port: 'http', httpHeaders } })).toEqual({
      success: false,
      message: 'HTTP 500: seen me',
    });
    expect((await attempt({ httpGet: { port: 'http' } })).message).toBe('HTTP 200');
    expect((await attempt({ httpGet: { port: 'grpc' } })).message).toContain('no port named grpc');
  });

  test('a server that does not answer in time has failed', async () => {
    const outcome = await attempt({ httpGet: { path: '/slow', port } }, 100);
    expect(outcome.success).toBe(false);
  });
});

test('tcpSocket succeeds where something listens', async () => {
  expect((await attempt({ tcpSocket: { port: 'http' } })).success).toBe(true);
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const unused = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  expect((await attempt({ tcpSocket: { port: unused } })).success).toBe(false);
});

test('exec fails where nothing runs', async () => {
  expect((await attempt({ exec: { command: ['true'] } })).success).toBe(false);
});

test('grpc probes are named as unsupported', () => {
  expect(unsupportedHandler({ name: 'c', image: 'i', livenessProbe: { grpc: { port: 1 } } })).toContain(
    'livenessProbe',
  );
  expect(
    unsupportedHandler({ name: 'c', image: 'i', readinessProbe: { httpGet: { port: 1 } } }),
  ).toBeUndefined();
});
