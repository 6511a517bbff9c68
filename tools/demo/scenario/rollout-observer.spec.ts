import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { RolloutObserver, sharesOf, WaitTimeout } from './rollout-observer.ts';

const route = (weights: Record<string, number>): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'digits' },
  spec: { rules: [{ backendRefs: Object.entries(weights).map(([name, weight]) => ({ name, weight })) }] },
});
const deployment = (generation: number, status: object): KubernetesObject => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata: { name: 'digits', generation },
  status,
});
const never = () => new AbortController().signal;

describe('sharesOf', () => {
  it('reads percents by revision', () => {
    const shares = sharesOf(route({ 'digits-aaa': 950, 'digits-bbb': 50 }), 'digits');
    expect(Object.fromEntries(shares)).toEqual({ aaa: 95, bbb: 5 });
  });

  it('counts foreign backends in the sum, and takes no route for no shares', () => {
    expect(Object.fromEntries(sharesOf(route({ 'digits-aaa': 500, other: 500 }), 'digits'))).toEqual({
      aaa: 50,
    });
    expect(sharesOf(undefined, 'digits').size).toBe(0);
    expect(Object.fromEntries(sharesOf(route({ 'digits-aaa': 0 }), 'digits'))).toEqual({ aaa: 0 });
  });
});

describe('RolloutObserver', () => {
  it('keeps when each revision got which share, and only changes', () => {
    let nowMs = 0;
    const observer = new RolloutObserver('digits', () => nowMs);
    const at = (ms: number, weights: Record<string, number>) => {
      nowMs = ms;
      observer.sawRoute(route(weights));
    };
    at(1, { 'digits-aaa': 1000 });
    at(2, { 'digits-aaa': 1000, 'digits-bbb': 0 });
    at(3, { 'digits-aaa': 950, 'digits-bbb': 50 });
    at(4, { 'digits-aaa': 950, 'digits-bbb': 50 });
    at(5, { 'digits-aaa': 1000 });
    expect(observer.weightsOf('bbb')).toEqual([
      { atMs: 3, weight: 5 },
      { atMs: 5, weight: 0 },
    ]);
    expect(observer.weightsOf('aaa', 3).map(({ weight }) => weight)).toEqual([95, 100]);
  });

  it('waits for a status of the generation that was applied, not for an older one', async () => {
    const observer = new RolloutObserver('digits');
    observer.sawDeployment(deployment(1, { phase: 'Healthy', observedGeneration: 1 }));
    let done = false;
    const options = { generation: 2, timeoutMs: 10_000, signal: never() };
    const waiting = observer
      .until('health', ({ phase }) => phase === 'Healthy', options)
      .then(() => (done = true));
    observer.sawDeployment(deployment(2, { phase: 'Healthy', observedGeneration: 1 }));
    await Promise.resolve();
    expect(done).toBe(false);
    observer.sawDeployment(deployment(2, { phase: 'Healthy', observedGeneration: 2 }));
    await waiting;
    expect(done).toBe(true);
  });

  it('says what was there instead when time is over', async () => {
    const observer = new RolloutObserver('digits');
    observer.sawDeployment(deployment(1, { phase: 'Pending', message: 'no pods', observedGeneration: 1 }));
    const waiting = observer.until('health', () => false, { generation: 1, timeoutMs: 20, signal: never() });
    await expect(waiting).rejects.toThrow(
      new WaitTimeout('health did not come within 0.02 s; found phase Pending: no pods'),
    );
  });

  it('ends with the signal', async () => {
    const abort = new AbortController();
    const observer = new RolloutObserver('digits');
    const waiting = observer.until('health', () => false, {
      generation: 1,
      timeoutMs: 10_000,
      signal: abort.signal,
    });
    abort.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});
