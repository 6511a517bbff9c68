import { GateAsker } from '../../gates/gate-asker.ts';
import { ScriptedGates } from '../../gates/testing/scripted-gates.ts';
import { decide } from '../../domain/decide.ts';
import type { EventNote } from '../../runtime/event-record.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import type { ReconcileResult } from '../../runtime/reconciler.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { MetricsSampler } from '../../metrics-source/sampler.ts';
import { MetricsSources } from '../../metrics-source/metrics-sources.ts';
import { RecordingLogger } from '../../runtime/testing/recording-logger.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { noTracer } from '../../runtime/tracer.ts';
import { WriteTracker } from '../../runtime/write-tracker.ts';
import { WriteTrackingCluster } from '../../runtime/write-tracking-cluster.ts';
import { Applier } from '../apply.ts';
import { BirthCheck } from '../birth-check.ts';
import { EvictionCheck } from '../eviction-check.ts';
import { ClusterCache } from '../cache/cluster-cache.ts';
import { ForeignObjects } from '../foreign-objects.ts';
import { Measurements } from '../measurements.ts';
import { ModelDeploymentReconciler, type ReconcilerDependencies } from '../model-deployment.reconciler.ts';
import { RecordCheck } from '../record-check.ts';
import { TargetCheck } from '../target-check.ts';
import { NotedCluster } from './noted-cluster.ts';

/** The reconciler with all its parts, on an API server in memory and a clock that stands still. */
export class ControllerBed {
  readonly clock = new VirtualClock();
  readonly api = new NotedCluster(this.clock);
  readonly logger = new RecordingLogger();
  /** Each event, and the last write before it. */
  readonly events: { reason: string; after: string | undefined }[] = [];
  readonly passed: string[] = [];
  readonly forgotten: string[] = [];
  readonly dependencies: ReconcilerDependencies;
  readonly reconciler: ModelDeploymentReconciler;
  readonly #measurements: Measurements;

  constructor() {
    const { api, clock, logger } = this;
    const tracker = new WriteTracker(clock);
    const cache = new ClusterCache({ cluster: api.cluster, clock, logger, namespaces: [] });
    for (const reflector of cache.reflectors) tracker.connect(reflector);
    const writing = new WriteTrackingCluster(api.cluster, tracker);
    const sources = new MetricsSources([]);
    const sampler = () => new MetricsSampler(sources, clock, () => {});
    this.#measurements = new Measurements({ cache, sources, sampler: sampler(), probes: sampler() });
    const foreignObjects = new ForeignObjects(writing);
    const record = ({ reason }: EventNote) => this.events.push({ reason, after: api.words.at(-1) });
    this.dependencies = {
      cache,
      clock,
      logger,
      tracker,
      foreignObjects,
      birthCheck: new BirthCheck(writing, clock),
      evictionCheck: new EvictionCheck(writing),
      recordCheck: new RecordCheck(writing),
      decide,
      targetCheck: new TargetCheck(writing),
      routers: { service: true, gatewayAPI: true },
      actionTrust: { admissionPolicy: false },
      measurements: this.#measurements,
      notifications: { enabled: false, allowedHosts: [], targets: [] },
      gates: new GateAsker({ runner: new ScriptedGates(), logger, onAnswer: () => {} }),
      applier: new Applier(writing, foreignObjects),
      events: { record } as unknown as EventRecorder,
      tracer: noTracer,
      observer: {
        passed: (key) => this.passed.push(key),
        forgotten: (key) => this.forgotten.push(key),
      },
    };
    this.reconciler = new ModelDeploymentReconciler(this.dependencies);
  }

  async start(): Promise<this> {
    this.dependencies.cache.start();
    await this.clock.settle();
    return this;
  }

  async stop(): Promise<void> {
    this.#measurements.close();
    await this.dependencies.cache.stop();
  }

  /** One pass with caches that are in step. */
  async pass(key: string): Promise<ReconcileResult | void> {
    await this.clock.settle();
    const result = await this.begin(key);
    await this.clock.settle();
    return result;
  }

  /** One pass, as the caches are now. */
  begin(key: string, signal = new AbortController().signal): Promise<ReconcileResult | void> {
    return this.reconciler.reconcile(key, { signal, reconcileId: 'test' });
  }

  /** Passes until one writes nothing; returns what was written. A conflict is answered by a new pass. */
  async settle(key: string): Promise<string[]> {
    const { api } = this;
    const from = api.noted.length;
    for (let passes = 0; passes < 20; passes += 1) {
      const before = api.noted.length;
      const failed = await this.pass(key).then(
        () => false,
        () => true,
      );
      if (!failed && api.noted.length === before) return api.words.slice(from);
    }
    throw new Error(`20 passes and still something to write: ${api.words.slice(-3).join(', ')}`);
  }

  status(name: string): KubernetesObject['metadata'] {
    return (this.api.find('ModelDeployment', name)?.['status'] ?? {}) as KubernetesObject['metadata'];
  }

  condition(name: string, type: string): string | undefined {
    const all = (this.status(name)['conditions'] ?? []) as { type: string; status: string; reason: string }[];
    const found = all.find((condition) => condition.type === type);
    return found && `${found.status} ${found.reason}`;
  }
}
