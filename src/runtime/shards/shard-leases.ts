import type { ObjectName } from '../../kubernetes/cluster.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/**
 * The Leases of replicas that share the shards, beside the one that a single leader would hold: one for each shard, which names its
 * owner, and one for each process, which shows that it lives. All are found by one label.
 */
const leaseLabel = 'understudy.dev/shards-of';
const claimsAnnotation = 'understudy.dev/shards';

/** Of the Lease `name`, whose holders these Leases divide the work of. */
export const shardLeaseSelector = ({ name }: ObjectName): string => `${leaseLabel}=${name}`;
export const shardLeaseLabels = ({ name }: ObjectName): Record<string, string> => ({ [leaseLabel]: name });

export const shardLeaseName = ({ namespace, name }: ObjectName, shard: number): ObjectName => ({
  namespace,
  name: `${name}-shard-${String(shard).padStart(2, '0')}`,
});

/** An identity is the pod's name and an id of the process; the id alone tells processes apart. */
export const memberLeaseName = ({ namespace, name }: ObjectName, identity: string): ObjectName => ({
  namespace,
  name: `${name}-member-${identity.slice(identity.lastIndexOf('_') + 1)}`,
});

/** Who holds the Lease `name` for all of them together. */
export const sharedIdentity = ({ name }: ObjectName): string => `${name}-shards`;

export const claimsAnnotationOf = (claims: number): Record<string, string> => ({
  [claimsAnnotation]: String(claims),
});

/** How many shards a process claims; undefined for a Lease that is no process's. */
export function claimsOf({ metadata }: KubernetesObject): number | undefined {
  const text = metadata.annotations?.[claimsAnnotation];
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}
