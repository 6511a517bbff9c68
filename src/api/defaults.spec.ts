import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { manifest } from '../../test/support/model-deployment-cases/changes.ts';
import { fullExample } from './crd/examples.ts';
import { targetPortOf, withDefaults } from './defaults.ts';
import type { ModelDeploymentSpec } from './model-deployment.ts';

const spec = (more: Partial<ModelDeploymentSpec> = {}): ModelDeploymentSpec => ({
  ...manifest().spec,
  ...more,
});
const stepsOf = (...steps: object[]) => withDefaults(spec({ strategy: { canary: { steps } } })).plan.steps;

describe('withDefaults', () => {
  it('gives the smallest spec what an expert would choose', () => {
    const minuteMs = 60_000;
    const held = { holdMs: 2 * minuteMs, maxHoldMs: 30 * minuteMs };
    expect(withDefaults(spec())).toEqual({
      replicas: 1,
      paused: false,
      revisionHistoryLimit: 5,
      rollbackWindow: 3,
      progressDeadlineMs: 10 * minuteMs,
      drainMs: minuteMs,
      readiness: { percent: 100 },
      model: {},
      serving: spec().serving,
      service: { port: 80, targetPort: 8080 },
      traffic: { kind: 'service' },
      plan: {
        strategy: 'canary',
        steps: [5, 25, 50].map((weight) => ({ kind: 'weight', weight, ...held })),
        end: 'promote',
        stableScale: 'keep',
        bakeMs: 15 * minuteMs,
        holdBack: 0,
      },
      analysis: {
        source: 'default',
        preset: 'auto',
        minRequests: 100,
        falseRollback: 0.01,
        falsePromotion: 0.05,
        metrics: [],
        onInconclusive: 'pause',
        onNoData: 'hold',
        noDataForMs: 10 * minuteMs,
      },
      gates: [],
    });
  });

  it('takes what a spec says', () => {
    const resolved = withDefaults(parse(fullExample).spec);
    expect(resolved).toMatchObject({
      replicas: 4,
      model: { version: '3' },
      service: { port: 80, targetPort: 'http', appProtocol: 'http' },
      traffic: {
        kind: 'gatewayAPI',
        parentRefs: [
          { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'infra' },
        ],
        hostnames: ['sentiment.example.com'],
        matches: [{ path: { type: 'PathPrefix', value: '/v2' } }],
      },
      analysis: {
        intervalMs: 15_000,
        metrics: [
          { name: 'errors', kind: 'errorRate', max: 0.02 },
          { name: 'slow', kind: 'latency', objective: { thresholdMs: 500, max: 0.05 } },
          { name: 'cache', kind: 'query', failureLimit: 3, pass: 'result < 0.9' },
        ],
      },
    });
    expect(resolved.plan.steps).toEqual([
      { kind: 'weight', weight: 5, holdMs: 120_000, maxHoldMs: 1_800_000 },
      { kind: 'pause', durationMs: 3_600_000 },
      { kind: 'weight', weight: 25, holdMs: 300_000, maxHoldMs: 1_800_000 },
      { kind: 'weight', weight: 50, holdMs: 120_000, maxHoldMs: 1_800_000 },
    ]);
  });

  it('keeps maxHold at or above hold, whichever is given', () => {
    expect(stepsOf({ weight: 5, hold: '2h' })).toMatchObject([{ holdMs: 7_200_000, maxHoldMs: 7_200_000 }]);
    expect(stepsOf({ weight: 5, maxHold: '30s' })).toMatchObject([{ holdMs: 30_000, maxHoldMs: 30_000 }]);
    expect(stepsOf({ weight: 5, hold: '0s', maxHold: '0s' })).toMatchObject([{ holdMs: 0, maxHoldMs: 0 }]);
  });

  it('knows a pause without an end', () => {
    expect(stepsOf({ pause: {} })).toEqual([{ kind: 'pause' }]);
  });

  it('matches every request where a gateway has no matches', () => {
    const traffic = (matches?: object[]) =>
      withDefaults(spec({ traffic: { gatewayAPI: { parentRefs: [{ name: 'a' }], matches } } })).traffic;
    const all = { matches: [{ path: { type: 'PathPrefix', value: '/' } }] };
    expect(traffic()).toMatchObject(all);
    expect(traffic([])).toMatchObject(all);
    expect(traffic([{ method: 'POST' }])).toMatchObject({ matches: [{ ...all.matches[0], method: 'POST' }] });
  });
});

describe('targetPortOf', () => {
  const withPorts = (...ports: object[]) => {
    const object = manifest();
    object.spec.serving.workload.template.spec.containers[0].ports = ports;
    return object.spec;
  };

  it('is what the spec says', () => {
    expect(
      targetPortOf({ ...withPorts({ name: 'http', containerPort: 1 }), service: { targetPort: 1 } }),
    ).toBe(1);
  });

  it('is the port named http, else the only port, by name where it has one', () => {
    expect(targetPortOf(withPorts({ name: 'x', containerPort: 1 }, { name: 'http', containerPort: 2 }))).toBe(
      'http',
    );
    expect(targetPortOf(withPorts({ name: 'grpc', containerPort: 1 }))).toBe('grpc');
    expect(targetPortOf(withPorts({ containerPort: 8500 }))).toBe(8500);
  });

  it('sees the ports of sidecars, and not those of other init containers', () => {
    const object = manifest();
    const { spec: pod } = object.spec.serving.workload.template;
    delete pod.containers[0].ports;
    pod.initContainers = [
      { name: 'setup', ports: [{ name: 'http', containerPort: 1 }] },
      { name: 'proxy', restartPolicy: 'Always', ports: [{ containerPort: 2 }] },
    ];
    expect(targetPortOf(object.spec)).toBe(2);
  });
});
