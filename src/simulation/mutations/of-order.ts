import { resourceKinds } from '../../kubernetes/resource.ts';
import { decide } from '../../domain/decide.ts';
import { shardMap } from '../../runtime/shards/shard-map.ts';
import { unreadable } from '../schedule/unreadable.ts';
import { decides, type Mutation, remembers } from './mutation.ts';
import { PassedOnCluster } from './passed-on-cluster.ts';

let processes = 0;

/** Laws 13 to 20: in which order, by whom, and on what grounds anything is written. */
export const mutationsOfOrder: Mutation[] = [
  {
    law: 'law 13',
    does: 'writes the record after traffic and workloads',
    variant: () => ({
      cluster: (cluster) => {
        let kept = async () => {};
        return new PassedOnCluster(cluster, {
          apply: async (object, options) => {
            if (object.kind === resourceKinds.modelRollout.kind) {
              kept = async () => void (await cluster.apply(object, options));
              return object;
            }
            if (object.kind === resourceKinds.modelDeployment.kind) {
              const write = kept;
              kept = async () => {};
              await write();
            }
            return cluster.apply(object, options);
          },
        });
      },
    }),
  },
  remembers('law 14', 'waits the longer the more passes it has made', () => {
    let passes = 0;
    return (world) => {
      const decision = decide(world);
      passes += 1;
      return decision.requeueAfterMs === undefined
        ? decision
        : { ...decision, requeueAfterMs: decision.requeueAfterMs + passes };
    };
  }),
  decides('law 15', 'notes in the status when it looked last', (decision, { nowMs }) => ({
    ...decision,
    status: { ...decision.status, message: `looked at ${nowMs}` },
    requeueAfterMs: Math.min(decision.requeueAfterMs ?? Infinity, 10_000),
  })),
  {
    law: 'law 16',
    does: 'applies whatever version is there',
    variant: () => ({
      cluster: (cluster) =>
        new PassedOnCluster(cluster, {
          apply: (object, options) => {
            const { resourceVersion: _version, ...metadata } = object.metadata;
            return cluster.apply({ ...object, metadata }, options);
          },
        }),
    }),
  },
  { law: 'law 16', does: 'leads whoever has the Lease', variant: () => ({ alwaysLeads: true }) },
  {
    law: 'law 16',
    does: 'maps objects to shards in another way than the other replicas do',
    variant: () => {
      processes += 1;
      const shift = processes;
      return { shardOf: (key) => (shardMap.of(key) + shift) % 4 };
    },
  },
  {
    law: 'law 17',
    does: 'waits for the answer about one object as long as it takes',
    variant: () => ({
      cluster: (cluster) =>
        new PassedOnCluster(cluster, {
          apply: (object, options) =>
            object.metadata.name === unreadable.metadata.name
              ? new Promise<never>(() => {})
              : cluster.apply(object, options),
        }),
    }),
  },
  {
    law: 'law 18',
    does: 'unpauses what it writes a status of',
    variant: () => ({
      cluster: (cluster) =>
        new PassedOnCluster(cluster, {
          apply: async (object, options) => {
            const written = await cluster.apply(object, options);
            if (object.kind !== resourceKinds.modelDeployment.kind) return written;
            return cluster.replace({ ...written, spec: { ...written['spec'], paused: false } });
          },
        }),
    }),
  },
  remembers('law 19', 'names revisions anew in each process', () => {
    processes += 1;
    const letter = String.fromCharCode(97 + (processes % 26));
    return (world) => {
      const revision = `${letter}${world.target.revision.slice(1)}`;
      return decide({ ...world, target: { ...world.target, revision } });
    };
  }),
  decides(
    'law 20',
    'takes what the spec asks for as the stable revision when the status is lost',
    (decision, world) => {
      const { stable } = decision.status;
      if (world.deployment.status?.stable || !stable) return decision;
      const taken = { ...stable, revision: world.target.revision };
      return { ...decision, status: { ...decision.status, stable: taken } };
    },
  ),
];
