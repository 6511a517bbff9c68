import { decide, type Decide } from '../domain/decide.ts';
import { MetricsSampler } from '../metrics-source/sampler.ts';
import type { MetricsSources } from '../metrics-source/metrics-sources.ts';
import { GateAsker } from '../gates/gate-asker.ts';
import type { GateRunner } from '../gates/gate-runner.ts';
import { Notifier, type NotifierObserver } from '../notifications/notifier.ts';
import type { NoticeSender } from '../notifications/notice-sender.ts';
import type { Random } from '../runtime/backoff.ts';
import { EventRecorder } from '../runtime/event-recorder.ts';
import type { Election } from '../runtime/leader-election-options.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { LeaderGuardedCluster, type Leadership } from '../runtime/leader-guard.ts';
import { RateLimitedCluster } from '../runtime/rate-limited-cluster.ts';
import { RequestLimit, type RequestLimitObserver } from '../runtime/request-limit.ts';
import type { Term } from '../runtime/shards/shard-term.ts';
import { noTracer, type Tracer } from '../runtime/tracer.ts';
import { WorkQueue, type WorkQueueObserver } from '../runtime/work-queue.ts';
import { WorkerPool, type WorkerPoolObserver } from '../runtime/worker-pool.ts';
import { WriteTracker } from '../runtime/write-tracker.ts';
import { WriteTrackingCluster } from '../runtime/write-tracking-cluster.ts';
import { Applier } from './apply.ts';
import { BirthCheck } from './birth-check.ts';
import { buildElection, type ElectionPorts, shardMapOf } from './build-election.ts';
import { EvictionCheck } from './eviction-check.ts';
import { ClusterCache } from './cache/cluster-cache.ts';
import type { ControllerParts } from './controller.service.ts';
import { ForeignObjects } from './foreign-objects.ts';
import { laneOf } from './lane-of.ts';
import { Measurements } from './measurements.ts';
import { RecordCheck } from './record-check.ts';
import { TargetCheck } from './target-check.ts';
import { ModelDeploymentReconciler, type PassObserver } from './model-deployment.reconciler.ts';
import { ShardedWork } from './sharded-work.ts';

/** What the controller is built on: the ports, and who is told what it does. */
export interface ControllerPorts extends ElectionPorts {
  sources: MetricsSources;
  /** Brings notifications to their targets. Absent: nobody is told of anything. */
  noticeSender?: NoticeSender;
  notifierObserver?: NotifierObserver;
  /** Asks checks outside of the metrics. */
  gateRunner: (cluster: Cluster) => GateRunner;
  queueObserver?: WorkQueueObserver;
  poolObserver?: WorkerPoolObserver;
  passObserver: PassObserver;
  /** Told how long each request of a pass waited for its turn. */
  requestLimitObserver?: RequestLimitObserver;
  /** Told what each pass does, as spans. Default: nobody is. */
  tracer?: Tracer;
  /** Where a run must be repeatable; absent in production. */
  repeatable?: RepeatableChance;
  /** The brain. Default: `decide`. Another one is for tests that must see the laws broken. */
  decide?: Decide;
}

/** What a process otherwise takes from the machine that it runs on. */
export interface RepeatableChance {
  random: Random;
  /** A new id with each call. */
  newId: () => string;
  /** What a worker waits for between two passes; see `WorkerPoolOptions`. */
  betweenPasses: () => Promise<void>;
}

/** Joins the parts. Nothing is started; no request is made. */
export function buildController(ports: ControllerPorts): ControllerParts {
  const { config, cluster, sources, clock, logger, instance, passObserver, repeatable } = ports;
  const tracker = new WriteTracker(clock);
  const { requestsPerSecond: perSecond, burst } = config.apiServer;
  const limit = new RequestLimit(clock, { perSecond, burst }, ports.requestLimitObserver);
  // Law 16: each write asks whether this process leads, right before it is sent; so it waits for its turn before that.
  const asLeader = (leadership: Leadership) =>
    new RateLimitedCluster(new LeaderGuardedCluster(cluster, leadership), limit);
  const cache = new ClusterCache({
    cluster,
    clock,
    logger,
    namespaces: config.namespaces,
    routers: config.routers,
    random: repeatable?.random,
  });
  for (const reflector of cache.reflectors) tracker.connect(reflector);
  const queue = new WorkQueue({
    clock,
    observer: ports.queueObserver,
    random: repeatable?.random,
    laneOf: (key) => laneOf(cache.modelDeployment(key)),
  });
  const sampler = () => new MetricsSampler(sources, clock, (key) => work.changed(key));
  const measurements = new Measurements({ cache, sources, sampler: sampler(), probes: sampler() });
  const events = new EventRecorder({
    // What was decided here is told by this process, also when the shard has gone to another one meanwhile.
    cluster: asLeader({ isLeader: () => election.status().leading }),
    clock,
    logger,
    reportingController: 'understudy.dev/controller',
    reportingInstance: instance,
    newId: repeatable?.newId,
  });
  const notifier =
    ports.noticeSender &&
    new Notifier({
      sender: ports.noticeSender,
      clock,
      logger,
      onChange: (key) => work.changed(key),
      random: repeatable?.random,
      observer: ports.notifierObserver,
    });
  const gates = new GateAsker({
    runner: ports.gateRunner(asLeader({ isLeader: () => election.status().leading })),
    logger,
    onAnswer: (key) => work.changed(key),
  });
  const reconcilerOf = (term: Term) => {
    // Of a pass: whether the term that it began under goes on.
    const writing = new WriteTrackingCluster(asLeader(term), tracker);
    const foreignObjects = new ForeignObjects(writing);
    return new ModelDeploymentReconciler({
      cache,
      clock,
      logger,
      tracker,
      events,
      foreignObjects,
      observer: passObserver,
      tracer: ports.tracer ?? noTracer,
      decide: ports.decide ?? decide,
      birthCheck: new BirthCheck(writing, clock),
      evictionCheck: new EvictionCheck(writing),
      recordCheck: new RecordCheck(writing),
      targetCheck: new TargetCheck(writing),
      routers: config.routers,
      actionTrust: { admissionPolicy: config.admissionPolicy },
      measurements,
      ...(notifier && { notifier }),
      notifications: config.notifications,
      gates,
      applier: new Applier(writing, foreignObjects),
    });
  };
  const work = new ShardedWork({
    map: shardMapOf(ports),
    logger,
    reconcilerOf,
    keys: () => cache.keys(),
    add: (key) => queue.add(key),
    forget: (key) => {
      measurements.forget(key);
      notifier?.forget(key);
      gates.forget(key);
      passObserver.forgotten(key);
    },
  });
  const election: Election = buildElection(ports, work);
  const pool = new WorkerPool({
    queue,
    reconciler: work,
    clock,
    logger,
    workers: config.workers,
    observer: ports.poolObserver,
    newReconcileId: repeatable?.newId,
    betweenPasses: repeatable?.betweenPasses,
  });
  return {
    config,
    logger,
    cache,
    queue,
    work,
    pool,
    events,
    election,
    measurements,
    ...(notifier && { notifier }),
    gates,
  };
}
