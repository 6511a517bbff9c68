import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MetricsService } from '../observability/metrics.ts';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import { Endpoints, type RequestHandler } from './endpoints.ts';
import { HealthState, type HealthCheck } from './health-state.ts';
import { HttpServer } from './http-server.ts';

class GivenHealth extends HealthState {
  alive: HealthCheck[] = [];
  ready: HealthCheck[] = [];

  liveness(): HealthCheck[] {
    return this.alive;
  }

  readiness(): HealthCheck[] {
    return this.ready;
  }
}

const good: HealthCheck = { name: 'queue', ok: true, message: 'fine' };
const bad: HealthCheck = { name: 'eventLoop', ok: false, message: 'stuck' };

/** Answers one path. */
const page: RequestHandler = {
  handle: ({ url }, response) => {
    if (url === '/page') response.end('the page');
    return Promise.resolve(url === '/page');
  },
};

describe('the HTTP server of the controller', () => {
  let server: HttpServer;
  let health: GivenHealth;
  let metrics: MetricsService;
  let logger: RecordingLogger;

  const serve = async (port = 0) => {
    const endpoints = new Endpoints({ health, metrics, logger });
    server = new HttpServer({ host: '127.0.0.1', port, handlers: [endpoints, page], logger });
    await server.onApplicationBootstrap();
  };

  beforeEach(async () => {
    health = new GivenHealth();
    metrics = new MetricsService();
    logger = new RecordingLogger();
    await serve();
  });

  afterEach(() => server.onApplicationShutdown());

  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

  it('/healthz is 200 while everything lives, and says what it looked at', async () => {
    health.alive = [good];
    const answer = await ask('/healthz?verbose');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok', checks: [good] });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('/healthz is 503 as soon as one thing does not, whatever readiness says', async () => {
    health.alive = [good, bad];
    health.ready = [good];
    const answer = await ask('/healthz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: 'failing', checks: [good, bad] });
  });

  it('/readyz asks for readiness, not for liveness', async () => {
    health.alive = [bad];
    health.ready = [good];
    expect((await ask('/readyz')).status).toBe(200);
    health.ready = [bad];
    expect((await ask('/readyz')).status).toBe(503);
  });

  it('/metrics is in the format of Prometheus', async () => {
    metrics.requests.api({ verb: 'get', kind: 'Pod', code: '200', durationMs: 1 });
    const answer = await ask('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(metrics.contentType);
    expect(await answer.text()).toContain(
      'understudy_api_requests_total{verb="get",kind="Pod",code="200"} 1',
    );
  });

  it('answers HEAD without a body, and no other method', async () => {
    const head = await ask('/healthz', 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await ask('/healthz', 'POST');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('asks the next handler what is none of its own, and there is nothing else', async () => {
    expect(await (await ask('/page')).text()).toBe('the page');
    const nothing = await ask('/');
    expect([nothing.status, await nothing.text()]).toEqual([404, 'there is nothing here\n']);
  });

  it('answers 500 where the metrics cannot be told, and logs why', async () => {
    metrics.text = () => Promise.reject(new Error('a collector is broken'));
    const answer = await ask('/metrics');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('collector');
    expect(JSON.stringify(logger.lines)).toContain('a collector is broken');
  });

  it('does not wait for open connections when it stops', async () => {
    const { port } = server;
    await ask('/healthz');
    await server.onApplicationShutdown();
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    await serve();
  });

  it('rejects where the address is taken', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await server.onApplicationShutdown();
      await expect(serve(port)).rejects.toThrow('EADDRINUSE');
    } finally {
      other.close();
    }
  });
});
