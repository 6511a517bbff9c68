import { type ControllerConfig } from '../config/controller-config.ts';
import { configSchema, toControllerConfig } from '../config/config-schema.ts';
import { buildController } from '../controller/build-controller.ts';
import { type ControllerParts, ControllerService } from '../controller/controller.service.ts';
import type { PassObserver } from '../controller/model-deployment.reconciler.ts';
import type { Decide } from '../domain/decide.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { GateRunner } from '../gates/gate-runner.ts';
import { ScriptedGates } from '../gates/testing/scripted-gates.ts';
import type { NoticeSender } from '../notifications/notice-sender.ts';
import type { MetricsSources } from '../metrics-source/metrics-sources.ts';
import type { Clock } from '../runtime/clock.ts';
import { Logger } from '../runtime/logger.ts';
import type { ShardMap } from '../runtime/shards/shard-map.ts';
import { ClientLink } from './faults/client-link.ts';
import { type FaultPlan, noFaults } from './faults/fault-plan.ts';
import { ProcessClock } from './process-clock.ts';
import type { Caller } from './outside/outside-gates.ts';
import type { Random } from './random.ts';

export interface SimulatedControllerOptions {
  /** The pod's name; its writes are those of a user of this name. */
  name: string;
  cluster: Cluster;
  clock: Clock;
  sources: MetricsSources;
  random: Random;
  faults?: FaultPlan;
  /**
   * How long it rests after a pass, in milliseconds, asked each time: one whose machine is busy sees in one pass what happened meanwhile.
   * Its keys take turns then. Default: a pass for each event.
   */
  paceMs?: () => number;
  /** It leads without asking for the Lease, as if its election had failed it. */
  alwaysLeads?: boolean;
  /** It claims so many of the shards of this map. Default: one leads everything. */
  shards?: { claims: number; map: ShardMap };
  logger?: Logger;
  passObserver?: PassObserver;
  /** Whom it tells of rollouts. Default: nobody. */
  noticeSender?: NoticeSender;
  /** Default: every gate passes. */
  gateRunner?: GateRunner;
  /** What of it speaks with services outside of the cluster, in the place of the two above: made for this process. */
  outside?: (caller: Caller) => Outside;
  /** Beside the defaults. */
  notifications?: Partial<ControllerConfig['notifications']>;
  /** Makes it another controller than the real one: for tests that must see the laws broken. */
  variant?: () => ControllerVariant;
  /** Called when it has lost the Lease: a real process ends then. */
  onLostLeadership?: (controller: SimulatedController) => void;
}

/** How a process reaches services outside of the cluster. */
export interface Outside {
  gateRunner?: GateRunner;
  noticeSender?: NoticeSender;
}

/** What a controller may do differently. Made anew for each process, as its memory is. */
export interface ControllerVariant {
  decide?: Decide;
  /** Stands between the controller and its network. */
  cluster?: (cluster: Cluster) => Cluster;
  /** Stands between it and the gates that it asks. */
  gateRunner?: (gateRunner: GateRunner) => GateRunner;
  /** Stands between it and the targets that it tells. */
  noticeSender?: (noticeSender: NoticeSender) => NoticeSender;
  /** It leads whatever the Lease says. */
  alwaysLeads?: boolean;
  /** Maps keys to shards in its own way, where there are shards. */
  shardOf?: (key: string) => number;
}

const defaults = toControllerConfig(configSchema.parse({}));

/** The real controller as one process of the simulated world, which can die at any moment. */
export class SimulatedController {
  readonly name: string;
  readonly clock: ProcessClock;
  /** Its network. */
  readonly link: ClientLink;
  readonly #service: ControllerService;
  readonly #parts: ControllerParts;
  #alive = false;

  constructor(options: SimulatedControllerOptions) {
    const { name, cluster, clock, sources, random } = options;
    const variant = options.variant?.() ?? {};
    const { alwaysLeads = variant.alwaysLeads ?? false, paceMs, shards } = options;
    this.name = name;
    this.clock = new ProcessClock(clock);
    this.link = new ClientLink(cluster, this.clock, options.faults ?? noFaults);
    const { leaderElection } = defaults;
    const config: ControllerConfig = {
      ...defaults,
      ...(paceMs && { workers: 1 }),
      leaderElection: { ...leaderElection, enabled: !alwaysLeads },
      shards: alwaysLeads ? 0 : (shards?.claims ?? 0),
      notifications: { ...defaults.notifications, ...options.notifications },
    };
    const outside = {
      gateRunner: options.gateRunner,
      noticeSender: options.noticeSender,
      ...options.outside?.({ name, clock: this.clock, random: random.fork('outside') }),
    };
    const { gateRunner = new ScriptedGates(), noticeSender } = outside;
    let ids = 0;
    this.#parts = buildController({
      config,
      cluster: variant.cluster?.(this.link) ?? this.link,
      decide: variant.decide,
      sources,
      ...(noticeSender && { noticeSender: variant.noticeSender?.(noticeSender) ?? noticeSender }),
      gateRunner: () => variant.gateRunner?.(gateRunner) ?? gateRunner,
      clock: this.clock,
      logger: options.logger ?? new SilentLogger(),
      instance: name,
      ...(shards && { shardMap: { ...shards.map, ...(variant.shardOf && { of: variant.shardOf }) } }),
      leaseNamespace: 'understudy-system',
      onStartedLeading: () => this.#service.lead(),
      onLostLeadership: () => options.onLostLeadership?.(this),
      passObserver: options.passObserver ?? { passed: () => {}, forgotten: () => {} },
      repeatable: {
        random: () => random.uniform(),
        newId: () => `${name}-${(ids += 1)}`,
        // Between two moments of virtual time everything settles anyway.
        betweenPasses: () => rest(paceMs?.() ?? 0),
      },
    });
    this.#service = new ControllerService(this.#parts);
    const rest = (forMs: number) => (forMs > 0 ? this.clock.sleep(forMs) : Promise.resolve());
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Its workers run: it leads, and has seen everything once. */
  get working(): boolean {
    return this.#alive && this.#service.working;
  }

  start(): void {
    this.#alive = true;
    this.#service.onApplicationBootstrap();
  }

  /** As by SIGKILL: what it has sent arrives, and nothing else of it happens. */
  kill(): void {
    this.#alive = false;
    this.link.cut();
    this.clock.stop();
  }

  /** As by SIGTERM: it finishes what it does and gives the Lease back. Needs time to pass. */
  async stop(): Promise<void> {
    await this.#service.beforeApplicationShutdown();
    await this.#service.onApplicationShutdown();
    this.kill();
  }
}

class SilentLogger extends Logger {
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
