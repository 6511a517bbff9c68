import { hostname } from 'node:os';
import type { ControllerConfig } from './config/controller-config.ts';
import { buildController } from './controller/build-controller.ts';
import { type ControllerParts, ControllerService } from './controller/controller.service.ts';
import { ResyncService } from './controller/resync.service.ts';
import { ControllerHealth } from './http/controller-health.ts';
import { Endpoints } from './http/endpoints.ts';
import { HttpServer } from './http/http-server.ts';
import { ClientNodeCluster } from './kubernetes/client-node-cluster.ts';
import { releaseStartupMemory } from './memory-footprint.ts';
import { MetricsSources } from './metrics-source/metrics-sources.ts';
import { MetricsService } from './observability/metrics.ts';
import { packageVersion } from './package-folder.ts';
import { passMetrics } from './pass-metrics.ts';
import { SystemClock } from './runtime/clock.ts';
import type { Logger } from './runtime/logger.ts';
import { openGates } from './gates.ts';
import { openNotifications } from './notifications.ts';
import { openTracer, tracedRequests } from './tracing.ts';

/** The parts of the controller program, joined and not started. */
export interface Program {
  health: ControllerHealth;
  http: HttpServer;
  controller: ControllerService;
  resync: ResyncService;
}

export interface ProgramOptions {
  config: ControllerConfig;
  logger: Logger;
  environment: Readonly<Record<string, string | undefined>>;
  /** Called when leadership is lost: the process must end, for another one writes now. */
  onLostLeadership: () => void;
}

const controllerName = 'modeldeployment';

/** Makes the adapters and joins them. Throws a `ClusterError` when there is no usable cluster configuration. */
export async function createProgram(options: ProgramOptions): Promise<Program> {
  const { config, logger, environment, onLostLeadership } = options;
  const clock = new SystemClock();
  const version = packageVersion();
  const metrics = new MetricsService({ version });
  const instance = environment['POD_NAME'] ?? hostname();
  const tracer = await openTracer(config.tracing, { instance, logger });
  const requests = tracedRequests(tracer, metrics.requests);
  const cluster = await ClientNodeCluster.connect({
    kubeconfig: config.kubeconfig,
    context: config.context,
    observer: requests.api,
  });
  const sources = MetricsSources.fromConfig(config.sources, { clock, observer: requests.sources });
  for (const { name } of config.sources) metrics.requests.startSource(name);
  metrics.requests.watchCircuits(() => sources.circuits());
  const notifications = openNotifications(config, { cluster, clock });
  const gates = openGates(config, { clock, logger });
  const observers = metrics.controllers.observe(controllerName);
  const parts: ControllerParts = buildController({
    config,
    cluster,
    sources,
    noticeSender: notifications.sender,
    notifierObserver: metrics.requests.notifier,
    gateRunner: gates.runner,
    clock,
    logger,
    instance,
    leaseNamespace:
      config.leaderElection.namespace ?? environment['POD_NAMESPACE'] ?? cluster.namespace ?? 'default',
    onStartedLeading: () => controller.lead(),
    onLostLeadership,
    queueObserver: observers.queue,
    poolObserver: observers.pool,
    passObserver: passMetrics(metrics),
    requestLimitObserver: metrics.requests.limit,
    tracer,
  });
  // Loaded only where it is served: its schemas alone take 4 MB.
  const dashboard = config.dashboard.enabled
    ? (await import('./dashboard.ts')).createDashboard({
        config: config.dashboard,
        cache: parts.cache,
        ...{ cluster, sources, clock, logger, version },
      })
    : undefined;
  const health = new ControllerHealth({
    clock,
    reflectors: () => parts.cache.reflectors.map((reflector) => reflector.status()),
    queue: () => (controller.working ? parts.queue.figures() : undefined),
  });
  const controller: ControllerService = new ControllerService(parts, {
    onStopping: () => {
      health.beginShutdown();
      dashboard?.close();
    },
    onStopped: async () => {
      await notifications.close();
      await gates.close();
      await tracer.close();
    },
    onBurstOver: releaseStartupMemory,
  });
  metrics.controllers.watch(controllerName, { queue: () => parts.queue.figures(), workers: config.workers });
  metrics.machinery.watch({
    leader: () => parts.election.status(),
    reflectors: () => parts.cache.reflectors.map((reflector) => reflector.status()),
    events: () => parts.events.figures(),
  });
  const handlers = [new Endpoints({ health, metrics, logger }), ...(dashboard ? [dashboard] : [])];
  return {
    health,
    http: new HttpServer({ ...config.http, handlers, logger }),
    controller,
    resync: new ResyncService(controller, clock),
  };
}
