import type { Cluster } from '../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { MetricsSources } from '../metrics-source/metrics-sources.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import type { ApiRequests } from './api-server/api-requests.ts';
import { SimulatedApiServer } from './api-server/simulated-api-server.ts';
import { defaultGateway, type GatewayOptions } from './gateway/gateway-objects.ts';
import { SimulatedGateway } from './gateway/simulated-gateway.ts';
import type { ScrapeTarget } from './metrics/scrape-target.ts';
import { type PrometheusOptions, SimulatedPrometheus } from './metrics/simulated-prometheus.ts';
import { type Random, seededRandom } from './random.ts';
import { SimulatedController, type SimulatedControllerOptions } from './simulated-controller.ts';
import { defaultTimings, drawnFrom, type WorldTimings } from './timings.ts';
import type { Ledger } from './traffic/ledger.ts';
import { RequestStream, type TrafficOptions } from './traffic/request-stream.ts';
import { Deployments } from './workloads/deployments.ts';
import { EndpointSlices } from './workloads/endpoint-slices.ts';
import { Nodes } from './workloads/nodes.ts';
import { type PodBehaviour, PodBehaviours } from './workloads/pod-behaviour.ts';
import { WriteHistory } from './write-history.ts';

export interface WorldOptions {
  /** Everything that is left to chance comes from it: the same seed and the same verbs give the same run. */
  seed: number | string;
  timings?: Partial<WorldTimings>;
  gateway?: Partial<GatewayOptions>;
  /** How pods behave of which nothing else is said. */
  pods?: PodBehaviour;
  /** Users who send requests, and a Prometheus that scrapes what the gateway counts of them. Without it the world is silent. */
  traffic?: TrafficOptions & { prometheus?: Partial<PrometheusOptions> };
  /** Of so many updates one has its status held against the schema. Default: each. */
  judgesStatusOneIn?: number;
  /** The metrics sources of every controller that is started; made once the world stands. Default: the Prometheus of `traffic`. */
  sources?: (world: SimulatedWorld) => MetricsSource[];
  /** How every controller is started of which nothing else is said. */
  controllers?: StartOptions;
}

export type StartOptions = Partial<
  Pick<
    SimulatedControllerOptions,
    | 'alwaysLeads'
    | 'faults'
    | 'logger'
    | 'noticeSender'
    | 'gateRunner'
    | 'notifications'
    | 'outside'
    | 'paceMs'
    | 'passObserver'
    | 'shards'
    | 'variant'
  >
>;

/** The gateway's Envoy, as Prometheus finds it. */
const gatewayTarget = (traffic: RequestStream): ScrapeTarget => ({
  job: 'gateway',
  instance: '10.244.0.2:8002',
  expose: () => {
    traffic.settle();
    return traffic.counters.expose();
  },
});

/** How soon a process that ended by itself is started again. */
const supervisorDelayMs = 1_000;

/**
 * A Kubernetes cluster with a gateway, users and any number of real controllers, on a virtual clock.
 *
 * Flow: make it -> `startController` -> write objects as a user -> `run` -> look at the objects. Guarantees: nothing happens
 * outside `run` and the calls of its verbs; a run is determined by its seed and what was called. Assumption: what is joined to it
 * (metrics sources, observers) waits for nothing but its clock.
 */
export class SimulatedWorld {
  readonly clock = new VirtualClock();
  readonly server: SimulatedApiServer;
  readonly history: WriteHistory;
  readonly behaviours: PodBehaviours;
  readonly nodes: Nodes;
  readonly deployments: Deployments;
  readonly endpointSlices: EndpointSlices;
  readonly gateway: SimulatedGateway;
  readonly traffic: RequestStream;
  /** For what a scenario leaves to chance; fork it. */
  readonly random: Random;
  readonly sources: readonly MetricsSource[];
  /** Those that live, in the order of their start. */
  readonly controllers: SimulatedController[] = [];
  readonly #prometheus: SimulatedPrometheus | undefined;
  readonly #controllers: StartOptions;
  #started = 0;

  constructor(options: WorldOptions) {
    const { clock } = this;
    this.#controllers = options.controllers ?? {};
    this.random = seededRandom(options.seed);
    const times = drawnFrom(this.random.fork('timings'), { ...defaultTimings, ...options.timings });
    const { judgesStatusOneIn } = options;
    this.server = new SimulatedApiServer({ clock, collectAfterMs: times.collectMs, judgesStatusOneIn });
    this.history = new WriteHistory(this.server);
    this.behaviours = new PodBehaviours(options.pods ?? { kind: 'ready', afterMs: 500 });
    this.nodes = new Nodes(this.server, clock, this.behaviours, times);
    this.deployments = new Deployments(this.server, clock, times.deploymentsMs);
    this.endpointSlices = new EndpointSlices(this.server, clock, times.endpointsMs);
    this.gateway = new SimulatedGateway(this.server, clock, { ...defaultGateway, ...options.gateway }, times);
    const { traffic } = options;
    const { dataPlane } = this.gateway;
    this.traffic = new RequestStream(this.server, dataPlane, clock, this.random.fork('traffic'), {
      clients: [],
      ...traffic,
    });
    this.#prometheus = traffic && new SimulatedPrometheus(clock, traffic.prometheus);
    this.#prometheus?.scraper.add(gatewayTarget(this.traffic));
    this.sources = options.sources?.(this) ?? (this.#prometheus ? [this.#prometheus] : []);
  }

  /** Scrapes the gateway. Throws in a world that was made without traffic. */
  get prometheus(): SimulatedPrometheus {
    if (!this.#prometheus) throw new Error('this world was made without traffic, and has no Prometheus');
    return this.#prometheus;
  }

  /** What clients were served until now. */
  get ledger(): Ledger {
    return this.traffic.ledger;
  }

  /** A person or a tool that writes as this user. */
  as(user: string): ApiRequests {
    return this.server.as(user);
  }

  /** The port for a client of its own, such as the CLI. */
  cluster(user: string): Cluster {
    return this.server.cluster(user);
  }

  /** Starts one more controller process. */
  startController(options: StartOptions = this.#controllers): SimulatedController {
    this.#started += 1;
    const name = `understudy-${this.#started}`;
    const controller = new SimulatedController({
      ...options,
      name,
      cluster: this.server.cluster(name),
      clock: this.clock,
      sources: new MetricsSources(this.sources),
      random: this.random.fork(name),
      // It ends then, and whoever supervises it starts another one in its place.
      onLostLeadership: (lost) => {
        this.killController(lost);
        this.clock.after(supervisorDelayMs, () => this.startController(options));
      },
    });
    this.controllers.push(controller);
    controller.start();
    return controller;
  }

  /** As by SIGKILL. */
  killController(controller: SimulatedController): void {
    controller.kill();
    const at = this.controllers.indexOf(controller);
    if (at >= 0) this.controllers.splice(at, 1);
  }

  /** Lets time pass, with everything that happens in it. */
  run(forMs: number): Promise<void> {
    return this.clock.advance(forMs);
  }

  /** Lets time pass until `condition` holds; says whether it came to hold within `limitMs`. */
  runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    return this.clock.advanceUntil(condition, limitMs);
  }

  modelDeployment(key: string): KubernetesObject | undefined {
    return this.server.find(resourceKinds.modelDeployment, key);
  }
}
