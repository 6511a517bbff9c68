import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { MetricsService } from '../observability/metrics.ts';
import { HealthState, type HealthCheck } from './health-state.ts';
import { HttpModule } from './http.module.ts';

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

describe('the HTTP endpoints', () => {
  let app: INestApplication;
  let health: GivenHealth;
  let metrics: MetricsService;

  beforeEach(async () => {
    health = new GivenHealth();
    metrics = new MetricsService();
    const providers = [
      { provide: HealthState, useValue: health },
      { provide: MetricsService, useValue: metrics },
    ];
    const module = await Test.createTestingModule({
      imports: [HttpModule.register({ providers })],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.init();
  });

  afterEach(() => app.close());

  const ask = (path: string) => request(app.getHttpServer()).get(path);

  it('/healthz is 200 while everything lives, and says what it looked at', async () => {
    health.alive = [good];
    const answer = await ask('/healthz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok', checks: [good] });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('/healthz is 503 as soon as one thing does not, whatever readiness says', async () => {
    health.alive = [good, bad];
    health.ready = [good];
    const answer = await ask('/healthz');
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({ status: 'failing', checks: [good, bad] });
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
    expect(answer.headers['content-type']).toBe(metrics.contentType);
    expect(answer.text).toContain('understudy_api_requests_total{verb="get",kind="Pod",code="200"} 1');
  });

  it('there is nothing else', async () => {
    expect((await ask('/')).status).toBe(404);
    expect((await request(app.getHttpServer()).post('/healthz')).status).toBe(404);
  });
});
