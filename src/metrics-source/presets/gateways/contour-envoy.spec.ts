import { describe, expect, it } from '@jest/globals';
import type { Arms } from '../../../domain/analysis/preset.ts';
import { bestOf } from '../../../domain/analysis/presets/counter-preset.ts';
import { routerPreset } from '../presets.ts';
import { contourEnvoy } from './contour-envoy.ts';

const arms: Arms = {
  namespace: 'ml',
  name: 'digits',
  candidate: { revision: 'bbbbbbbbbb', service: 'digits-bbbbbbbbbb', port: 80 },
  stable: { revision: 'aaaaaaaaaa', service: 'digits-aaaaaaaaaa', port: 80 },
};
const candidate = 'ml_digits-bbbbbbbbbb_80';
const stable = 'ml_digits-aaaaaaaaaa_80';

describe('requests', () => {
  const family = bestOf(contourEnvoy).requests(arms);
  const labels = (cluster: string, code?: string, name = 'envoy_cluster_upstream_rq') => ({
    __name__: name,
    envoy_cluster_name: cluster,
    ...(code && { envoy_response_code: code }),
    instance: '10.244.0.3:8002',
  });

  it('asks for both clusters, and for the counter that is there from their birth', () => {
    expect(family.selector).toBe(
      '{__name__=~"envoy_cluster_upstream_rq|envoy_cluster_upstream_rq_total",' +
        'envoy_cluster_name=~"ml_digits-bbbbbbbbbb_80|ml_digits-aaaaaaaaaa_80"}',
    );
  });

  it.each([
    [candidate, '200', { arm: 'candidate', bad: false }],
    [stable, '200', { arm: 'stable', bad: false }],
    [candidate, '404', { arm: 'candidate', bad: false }],
    [candidate, '500', { arm: 'candidate', bad: true }],
    [candidate, '503', { arm: 'candidate', bad: true }],
    [stable, '504', { arm: 'stable', bad: true }],
    [candidate, '0', undefined],
    [candidate, undefined, undefined],
    ['ml_other_80', '500', undefined],
    ['ml_digits-bbbbbbbbbb_8080', '500', undefined],
  ])('%s with code %s is %j', (cluster, code, role) => {
    expect(family.read(labels(cluster, code))).toEqual(role);
  });

  it('does not count the counter of the birth, nor one of another name', () => {
    expect(family.read(labels(candidate, undefined, 'envoy_cluster_upstream_rq_total'))).toBeUndefined();
    expect(family.read(labels(candidate, '500', 'envoy_cluster_external_upstream_rq'))).toBeUndefined();
  });
});

describe('latency', () => {
  const family = bestOf(contourEnvoy).latency(arms)!;
  const labels = (le?: string) => ({
    __name__: 'envoy_cluster_upstream_rq_time_bucket',
    envoy_cluster_name: candidate,
    ...(le !== undefined && { le }),
  });

  it.each([
    ['0.5', 0.5],
    ['500', 500],
    ['500.0', 500],
    ['1e+06', 1_000_000],
    ['+Inf', Infinity],
  ])('le %s ends at %d ms', (le, upperBoundMs) => {
    expect(family.read(labels(le))).toEqual({ arm: 'candidate', upperBoundMs });
  });

  it('reads no bucket without a bound', () => {
    expect(family.read(labels())).toBeUndefined();
    expect(family.read(labels(''))).toBeUndefined();
    expect(family.read(labels('many'))).toBeUndefined();
  });
});

describe('the preset of a router', () => {
  it('is known by the controller of its GatewayClass', () => {
    expect(routerPreset('projectcontour.io/gateway-controller')).toBe(contourEnvoy);
  });

  it('is not guessed', () => {
    expect(routerPreset('example.com/gateway')).toBeUndefined();
    expect(routerPreset('constructor')).toBeUndefined();
  });
});
