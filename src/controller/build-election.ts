import type { ControllerConfig } from '../config/controller-config.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { Random } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { LeaderElection } from '../runtime/leader-election.ts';
import { type Election, leaderIdentity } from '../runtime/leader-election-options.ts';
import type { Logger } from '../runtime/logger.ts';
import { ShardElection } from '../runtime/shards/shard-election.ts';
import { shardCount, shardMap, type ShardMap, undivided } from '../runtime/shards/shard-map.ts';
import type { ShardedWork } from './sharded-work.ts';

export interface ElectionPorts {
  config: ControllerConfig;
  cluster: Cluster;
  clock: Clock;
  logger: Logger;
  instance: string;
  leaseNamespace: string;
  /** This process may lead from now on, all of the work or shards of it. */
  onStartedLeading: () => void;
  /** This process leads nothing any more, by no will of its own, and has to end. */
  onLostLeadership: () => void;
  repeatable?: { random: Random; newId: () => string };
  /** Default: the map that all replicas of all releases have. Another one is for tests. */
  shardMap?: ShardMap;
}

/** The map by which the work is divided: not at all, where one process leads everything. */
export const shardMapOf = ({ config, shardMap: given = shardMap }: ElectionPorts): ShardMap =>
  config.leaderElection.enabled && config.shards > 0 ? given : undivided;

/** How this process comes to lead the shares of `work`, by the configuration. Nothing is started. */
export function buildElection(ports: ElectionPorts, work: ShardedWork): Election {
  const { config, cluster, clock, logger, instance, leaseNamespace, repeatable } = ports;
  const { onStartedLeading, onLostLeadership: onLost } = ports;
  const whole = (isLeader: () => boolean) => {
    work.begin({ shard: 0, isLeader });
    onStartedLeading();
  };
  const { enabled, name, leaseDurationMs, renewDeadlineMs, retryPeriodMs } = config.leaderElection;
  if (!enabled) return alone(() => whole(() => true));
  const common = {
    cluster,
    clock,
    logger,
    lease: { namespace: leaseNamespace, name },
    identity: leaderIdentity(instance, repeatable?.newId),
    leaseDurationMs,
    renewDeadlineMs,
    retryPeriodMs,
    random: repeatable?.random,
  };
  if (config.shards === 0) {
    const election: LeaderElection = new LeaderElection({
      ...common,
      onStartedLeading: () => whole(() => election.isLeader()),
      onStoppedLeading: (end) => {
        if (end === 'lost') onLost();
      },
    });
    return {
      start: () => election.start(),
      stop: () => election.stop(),
      status: () => {
        const { leading, renewedAgoMs } = election.status();
        return { leading, renewedAgoMs, shards: leading ? shardCount : 0 };
      },
    };
  }
  return new ShardElection({
    ...common,
    claims: config.shards,
    shards: shardMapOf(ports).count,
    onStartedLeading,
    onTerm: (term) => work.begin(term),
    drain: (term) => work.drain(term),
    onTermEnded: (term) => work.end(term),
    onLost,
  });
}

/** One that leads without asking. */
const alone = (lead: () => void): Election => ({
  start: lead,
  stop: () => Promise.resolve(),
  status: () => ({ leading: true, renewedAgoMs: undefined, shards: shardCount }),
});
