import { Gauge, Registry } from 'prom-client';
import { ControllerMetrics } from './controller-metrics.ts';
import { MachineryMetrics } from './machinery-metrics.ts';
import { ModelDeploymentMetrics } from './model-deployment-metrics.ts';
import { RequestMetrics } from './request-metrics.ts';
import { RolloutMetrics } from './rollout-metrics.ts';

export interface MetricsOptions {
  version?: string;
  /** Wall-clock time in milliseconds, for ages. */
  nowMs?: () => number;
}

/**
 * The controller's own metrics, in a registry of their own: prom-client's global one would be shared by everything that
 * runs in the process. Names begin with `understudy_`; units are seconds, bytes and ratios.
 */
export class MetricsService {
  readonly registry = new Registry();
  /** Passes and queues, as controller-runtime tells them. */
  readonly controllers: ControllerMetrics;
  /** Requests to the API server and to metrics sources. */
  readonly requests: RequestMetrics;
  /** Leadership, reflectors, events, process. */
  readonly machinery: MachineryMetrics;
  /** What each ModelDeployment is doing. */
  readonly modelDeployments: ModelDeploymentMetrics;
  /** What becomes of rollouts, over all of them. */
  readonly rollouts: RolloutMetrics;

  constructor(options: MetricsOptions = {}) {
    this.controllers = new ControllerMetrics(this.registry);
    this.requests = new RequestMetrics(this.registry);
    this.machinery = new MachineryMetrics(this.registry, options.nowMs ?? Date.now);
    this.modelDeployments = new ModelDeploymentMetrics(this.registry);
    this.rollouts = new RolloutMetrics(this.registry);
    const build = new Gauge({
      name: 'understudy_build_info',
      help: 'Always 1; the labels say what runs.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    });
    build.set({ version: options.version ?? 'unknown', node: process.version }, 1);
  }

  /** The media type of `text`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All series in Prometheus' text format. */
  async text(): Promise<string> {
    const text = await this.registry.metrics();
    this.modelDeployments.release();
    return text;
  }
}
