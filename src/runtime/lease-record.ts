import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { microTime } from './api-time.ts';

/**
 * The record in a Lease, as pure functions over `coordination.k8s.io/v1`. Its times are for people: nobody here
 * compares them with a clock. `acquireTime` and `leaseTransitions` change only with the holder.
 */
export const holderOf = (lease: KubernetesObject): string => lease['spec']?.holderIdentity ?? '';

/** For how long the holder asked to be waited for, in milliseconds; 0 when it did not say. */
export function durationMsOf(lease: KubernetesObject): number {
  const seconds: unknown = lease['spec']?.leaseDurationSeconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
}

const transitionsOf = (lease: KubernetesObject): number => lease['spec']?.leaseTransitions ?? 0;

/** What a Lease carries beside its record. */
export interface LeaseMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A Lease that was not there, or that somebody deleted: `before` is what was known of it. */
export const newLease = (
  metadata: { namespace: string; name: string } & LeaseMetadata,
  identity: string,
  nowMs: number,
  durationMs: number,
  before?: KubernetesObject,
): KubernetesObject => ({
  apiVersion: resourceKinds.lease.apiVersion,
  kind: resourceKinds.lease.kind,
  metadata: { ...metadata },
  spec: {
    holderIdentity: identity,
    leaseDurationSeconds: durationMs / 1000,
    acquireTime: microTime(nowMs),
    renewTime: microTime(nowMs),
    leaseTransitions: before ? transitionsOf(before) + (holderOf(before) === identity ? 0 : 1) : 0,
  },
});

/** The same holder goes on. */
export const renewed = (lease: KubernetesObject, nowMs: number): KubernetesObject => ({
  ...lease,
  spec: { ...lease['spec'], renewTime: microTime(nowMs) },
});

/** Another holder takes over. */
export const acquired = (
  lease: KubernetesObject,
  identity: string,
  nowMs: number,
  durationMs: number,
): KubernetesObject => ({
  ...lease,
  spec: {
    ...lease['spec'],
    holderIdentity: identity,
    leaseDurationSeconds: durationMs / 1000,
    acquireTime: microTime(nowMs),
    renewTime: microTime(nowMs),
    leaseTransitions: transitionsOf(lease) + 1,
  },
});

/** Nobody holds it: the next one need not wait. */
export const released = (lease: KubernetesObject, nowMs: number): KubernetesObject => ({
  ...lease,
  spec: { ...lease['spec'], holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(nowMs) },
});
