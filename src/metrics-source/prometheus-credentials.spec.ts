import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { failureOf } from '../../test/contract/metrics-source.contract.ts';
import type { MetricsSourceConfig } from '../config/controller-config.ts';
import { SystemClock } from '../runtime/clock.ts';
import { PrometheusMetricsSource } from './prometheus-metrics-source.ts';
import { json, LoopbackPrometheus, vector } from './testing/loopback-prometheus.ts';

const fixture = (name: string) => join(import.meta.dirname, 'testing', 'tls', name);
let folder: string;
let server: LoopbackPrometheus;
let source: PrometheusMetricsSource | undefined;

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(path(name), text);
  return path(name);
};
function sourceOf(config: Partial<MetricsSourceConfig>) {
  source = new PrometheusMetricsSource(
    { name: 'default', url: server.url, scrapeIntervalMs: 15_000, timeoutMs: 2_000, ...config },
    { clock: new SystemClock() },
  );
  return source;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-source-'));
});
afterEach(async () => {
  await source?.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe('credentials', () => {
  beforeEach(async () => {
    server = await new LoopbackPrometheus().start();
  });
  const sent = () => server.requests.map(({ authorization }) => authorization);

  it('sends a bearer token, and the new one after its file changed', async () => {
    const bearerTokenFile = write('token', 'first\n');
    const rotated = sourceOf({ bearerTokenFile });
    await rotated.instant('up');
    write('token', 'second\n');
    await rotated.instant('up');
    expect(sent()).toEqual(['Bearer first', 'Bearer second']);
  });

  it('sends user and password, with what is in the file but its last line end', async () => {
    const passwordFile = write('password', 'pa ss:word \n');
    await sourceOf({ basicAuth: { username: 'prom', passwordFile } }).instant('up');
    expect(sent()).toEqual([`Basic ${Buffer.from('prom:pa ss:word ').toString('base64')}`]);
  });

  it('says which file is missing, and asks nothing without it; works when it comes', async () => {
    const waiting = sourceOf({ bearerTokenFile: path('token') });
    const failure = await failureOf(waiting.instant('up'));
    expect(failure.kind).toBe('unauthorized');
    expect(failure.message).toContain(`bearerTokenFile ${path('token')}`);
    expect(server.requests).toHaveLength(0);
    write('token', 'late');
    await waiting.instant('up');
    expect(sent()).toEqual(['Bearer late']);
  });

  it('never tells a credential in an error', async () => {
    server.answer = json('', 401);
    const bearerTokenFile = write('token', 'very-secret');
    const failure = await failureOf(sourceOf({ bearerTokenFile }).instant('up'));
    expect(JSON.stringify([failure.message, String(failure.cause), failure.stack])).not.toContain(
      'very-secret',
    );
  });

  it('never tells a credential that is no valid header', async () => {
    const bearerTokenFile = write('token', 'very\nsecret');
    const failure = await failureOf(sourceOf({ bearerTokenFile }).instant('up'));
    expect(JSON.stringify([failure.message, String(failure.cause)])).not.toContain('secret');
  });
});

describe('TLS', () => {
  const clients: (string | undefined)[] = [];
  beforeEach(async () => {
    clients.length = 0;
    server = await new LoopbackPrometheus({
      key: readFileSync(fixture('server.key')),
      cert: readFileSync(fixture('server.pem')),
      ca: readFileSync(fixture('ca.pem')),
      requestCert: true,
      rejectUnauthorized: false,
    }).start();
    server.answer = (request, response) => {
      clients.push(String((response.socket as TLSSocket).getPeerCertificate()?.subject?.CN));
      return json(vector([]))(request, response);
    };
  });
  const trusted = { caFile: fixture('ca.pem'), serverName: 'metrics.test' };

  it('believes the configured authority for the configured name', async () => {
    expect(await sourceOf({ tls: trusted }).instant('up')).toMatchObject({ kind: 'empty' });
  });

  it.each<[string, MetricsSourceConfig['tls'], RegExp]>([
    ['an unknown authority', { serverName: 'metrics.test' }, /certificate/],
    ['another name', { caFile: fixture('ca.pem') }, /metrics\.test|altnames/],
  ])('does not believe %s', async (_, tls, words) => {
    const failure = await failureOf(sourceOf({ tls }).instant('up'));
    expect(failure.kind).toBe('unreachable');
    expect(failure.message).toMatch(words);
    expect(server.requests).toHaveLength(0);
  });

  it('believes anybody only when told to', async () => {
    expect(await sourceOf({ tls: { insecureSkipVerify: true } }).instant('up')).toMatchObject({
      kind: 'empty',
    });
  });

  it('shows its own certificate, and the new one after its files changed', async () => {
    const copy = (from: string, to: string) => write(to, readFileSync(fixture(from), 'utf8'));
    const tls = {
      ...trusted,
      certFile: copy('client.pem', 'tls.crt'),
      keyFile: copy('client.key', 'tls.key'),
    };
    const rotated = sourceOf({ tls });
    await rotated.instant('up');
    await rotated.instant('up');
    copy('other-client.pem', 'tls.crt');
    copy('other-client.key', 'tls.key');
    await rotated.instant('up');
    expect(clients).toEqual(['understudy', 'understudy', 'intruder']);
  });

  it('ends the queries that are under way when certificates change', async () => {
    const caFile = write('ca.pem', readFileSync(fixture('ca.pem'), 'utf8'));
    const rotated = sourceOf({ tls: { ...trusted, caFile } });
    server.answer = (request, response) => void setTimeout(() => json(vector([]))(request, response), 100);
    const slow = rotated.instant('up');
    await new Promise((resolve) => setTimeout(resolve, 50));
    write('ca.pem', `${readFileSync(fixture('ca.pem'), 'utf8')}\n`);
    await rotated.instant('up');
    expect(await slow).toMatchObject({ kind: 'empty' });
  });
});
