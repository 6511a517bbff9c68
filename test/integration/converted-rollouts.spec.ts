import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ConvertedModel, type Edit, weightsOf } from '../support/converted-model.ts';
import { GatewayLoad } from '../support/gateway-load.ts';
import { TestBed } from '../support/test-bed.ts';

jest.setTimeout(180_000);

/**
 * Manifests of other tools that are not only converted, but run: what their steps, analyses and gates became takes a good version to everybody, and a
 * bad one back. Times are shortened in the source, and a program stands for each image.
 */
const program = join(import.meta.dirname, '..', 'support', 'model-server.ts');
const server = (name: string, port: number, env: Record<string, string> = {}) => ({
  command: [process.execPath, program],
  env: { NAME: name, PORT: String(port), ...env },
});
const faulty = { ERROR_RATE: '0.5' };
const digits = (tag: string) => `ghcr.io/example/digits:${tag}`;
const sentiment = (tag: string) => `ghcr.io/example/sentiment:${tag}`;
const parser = (tag: string) => `ghcr.io/example/parser:${tag}`;
const captions = (tag: string) => `ghcr.io/example/captions:${tag}`;

let bed: TestBed;
const folder = mkdtempSync(join(tmpdir(), 'understudy-checks-'));
beforeAll(async () => {
  bed = await TestBed.start({
    images: {
      ...Object.fromEntries(['1.4', '1.5', '1.6'].map((tag) => [digits(tag), server(tag, 8080)])),
      ...Object.fromEntries(['2', '3', '4'].map((tag) => [parser(tag), server(tag, 8080)])),
      [sentiment('3.0')]: server('3.0', 9000),
      [sentiment('3.1')]: server('3.1', 9000),
      [sentiment('4.0')]: server('4.0', 9000, faulty),
      [captions('1.8')]: server('1.8', 9898),
      [captions('1.9')]: server('1.9', 9898),
      [captions('2.0')]: server('2.0', 9898, faulty),
      'my-image:latest': { command: ['/bin/sh', '-c', 'test -n "$HASH"'] },
    },
  });
  await bed.installController({ gates: { jobs: true } });
}, 600_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bed?.stop();
}, 60_000);

/** Users of a model behind the gateway. */
function loadOf(name: string): GatewayLoad {
  const load = GatewayLoad.start(bed.cluster.gatewayUrl, name, { rate: 200 });
  bed.atStop(() => load.stop());
  return load;
}

/** A readiness probe, which the report asks for in the place of `minReadySeconds`: without one a pod counts before it listens. */
const probed = (ports: string, port: number): Edit => [
  `          ports: [${ports}]`,
  `          ports: [${ports}]\n          readinessProbe: { httpGet: { path: /ready, port: ${port} }, periodSeconds: 1 }`,
];

describe('a Rollout of Argo with pauses, behind plain Services', () => {
  let model: ConvertedModel;

  it('takes a good version through its weights: one pause ends by itself, at another a person says so', async () => {
    model = await ConvertedModel.serve(bed, 'argo/canary', {
      name: 'digits',
      edits: [
        ['duration: 10m', 'duration: 2s'],
        ['duration: 40', 'duration: 2'],
        ['maxSurge: 25%', 'scaleDownDelaySeconds: 2'],
        probed('{ name: http, containerPort: 8080 }', 8080),
      ],
    });
    await model.release(digits('1.5'));
    await model.until('Paused', 2);
    await model.say('promote');
    // A weight without a pause, which the conversion holds for 2m: nobody waits for that here.
    await model.until('Progressing', 3);
    await model.say('promote');
    const record = await model.outcome(1);
    expect(record.status?.outcome).toBe('Promoted');
    expect(weightsOf(record)).toEqual([0, 10, 30, 60, 80, 100]);
    await model.until('Healthy');
    expect(await model.servedImage()).toBe(digits('1.5'));
  });

  it('takes a version back that a person aborts', async () => {
    await model.release(digits('1.6'));
    await model.until('Paused', 2);
    await model.say('abort');
    const record = await model.outcome(2);
    expect(record.status).toMatchObject({ outcome: 'Aborted', weight: 0 });
    expect(weightsOf(record)).toEqual([0, 10, 30, 0]);
    expect(await model.servedImage()).toBe(digits('1.5'));
  });
});

describe('a Rollout of Argo with analyses, behind a Gateway', () => {
  const requests = (labels: string) => `sum(rate(envoy_cluster_upstream_rq{${labels}}[5s]))`;
  const ofCanary = 'envoy_cluster_name="ml_sentiment-{{args.hash}}_8000"';
  let model: ConvertedModel;

  it('takes a good version to everybody when the queries of its templates say so', async () => {
    model = await ConvertedModel.serve(bed, 'argo/analysis', {
      name: 'sentiment',
      flags: ['--gateway', 'gateway/public', '--hostname', 'sentiment.example.com'],
      edits: [
        ['duration: 5m', 'duration: 2s'],
        ['duration: 10m', 'duration: 2s'],
        ['interval: 1m', 'interval: 1s'],
        ['interval: 2m', 'interval: 1s'],
        ['interval: 30s', 'interval: 1s'],
        ['[5m]', '[5s]'],
        ['stableService: sentiment\n', 'stableService: sentiment\n      scaleDownDelaySeconds: 2\n'],
        probed('{ containerPort: 9000 }', 9000),
        // The gateway of the test bed is no Istio, and counts under other names; nothing there measures a drift.
        ['value: sentiment-canary.ml.svc.cluster.local', 'value: sentiment-canary'],
        ['istio_requests_total', 'envoy_cluster_upstream_rq'],
        ['destination_service="{{args.service}}"', 'envoy_cluster_name="ml_{{args.service}}_8000"'],
        ['response_code!~', 'envoy_response_code!~'],
        ['request_seconds_bucket', 'envoy_cluster_upstream_rq_time_bucket'],
        ['{service="{{args.service}}"}', '{envoy_cluster_name="ml_{{args.service}}_8000"}'],
        ['result[0] > 0.5', 'result[0] > 500'],
        [
          'max(prediction_drift{rollouts_pod_template_hash="{{args.hash}}"})',
          `1 - ${requests(`${ofCanary},envoy_response_code="200"`)} / ${requests(ofCanary)}`,
        ],
      ],
    });
    const load = loadOf('sentiment');
    await model.release(sentiment('3.1'));
    const record = await model.outcome(1);
    await load.stop();
    expect(record.status?.outcome).toBe('Promoted');
    expect(weightsOf(record)).toEqual([0, 20, 50, 100]);
    await model.until('Healthy');
    expect(await model.servedImage()).toBe(sentiment('3.1'));
    expect(load.failuresOnTheWay()).toEqual([]);
  });

  it('takes a version back of which half the requests fail', async () => {
    const load = loadOf('sentiment');
    await model.release(sentiment('4.0'));
    const record = await model.outcome(2);
    await load.stop();
    expect(record.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed', weight: 0 });
    expect(weightsOf(record)).toEqual([0, 20, 0]);
    await model.until('RolledBack');
    expect(await model.servedImage()).toBe(sentiment('3.1'));
  });
});

describe('a Rollout of Argo with Jobs', () => {
  const refused = join(folder, 'refused');
  let model: ConvertedModel;

  it('takes a good version to everybody when its Jobs succeed before and during the canary', async () => {
    model = await ConvertedModel.serve(bed, 'argo/jobs', {
      name: 'parser',
      edits: [
        ['duration: 5m', 'duration: 2s'],
        ['interval: 5m', 'interval: 2s'],
        ['canaryService: parser-canary\n', 'canaryService: parser-canary\n      scaleDownDelaySeconds: 2\n'],
        ['my-test-script', `/bin/sh, -c, 'echo "of $0: $1"; test ! -e ${refused}'`],
      ],
    });
    await model.release(parser('3'));
    // The web check of the last analysis has no equivalent: a person decides in its place.
    await model.until('Paused', 1);
    await model.say('promote');
    const record = await model.outcome(1);
    expect(record.status?.outcome).toBe('Promoted');
    expect(weightsOf(record)).toEqual([0, 20, 100]);
    await model.until('Healthy');
    expect(await model.servedImage()).toBe(parser('3'));
  });

  it('gives nothing to a version that the Job before it refuses', async () => {
    writeFileSync(refused, '');
    await model.release(parser('4'));
    const record = await model.outcome(2);
    const { revision } = record.spec.to;
    expect(record.status).toMatchObject({ outcome: 'RolledBack', reason: 'GateFailed' });
    expect(record.status?.gates).toMatchObject([
      { name: 'test', said: 'Fail', log: expect.stringContaining(`of parser-${revision}: all`) },
    ]);
    expect(weightsOf(record)).toEqual([0]);
    expect(await model.servedImage()).toBe(parser('3'));
  });
});

describe('a Canary of Flagger with copies, weights and its own metrics', () => {
  let model: ConvertedModel;

  it('takes a good version to everybody under load, when both confirmations are given', async () => {
    model = await ConvertedModel.serve(bed, 'flagger/weights', {
      name: 'captions',
      flags: ['--gateway', 'gateway/public'],
      edits: [
        ['interval: 1m', 'interval: 2s'],
        // The report says so: this gateway copies all requests or none.
        ['    mirrorWeight: 40\n', ''],
        ['httpGet: { path: /readyz, port: http }', 'httpGet: { path: /ready, port: http }, periodSeconds: 1'],
      ],
      // Flagger does not know a time in which the previous pods stay warm.
      added: ({ strategy }) => {
        strategy!.canary!.bake = { duration: '2s' };
      },
    });
    const load = loadOf('captions');
    await model.release(captions('1.9'));
    await model.until('Paused', 0);
    await model.say('promote');
    await model.until('Paused', 5);
    await model.say('promote');
    const record = await model.outcome(1);
    await load.stop();
    expect(record.status?.outcome).toBe('Promoted');
    expect(weightsOf(record)).toEqual([0, 20, 40, 60, 100]);
    await model.until('Healthy');
    expect(await model.servedImage()).toBe(captions('1.9'));
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['1.8 200', '1.9 200']);
  });

  it('takes a version back that fails on the copies, before any user has it', async () => {
    const load = loadOf('captions');
    await model.release(captions('2.0'));
    await model.until('Paused', 0);
    await model.say('promote');
    const record = await model.outcome(2);
    await load.stop();
    expect(record.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(weightsOf(record)).toEqual([0]);
    await model.until('RolledBack');
    expect(await model.servedImage()).toBe(captions('1.9'));
    expect(Object.keys(load.counts())).toEqual(['1.9 200']);
  });
});
