import { Gauge, type Registry } from 'prom-client';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { phases, verdicts } from '../api/phase.ts';

/** What is told of one ModelDeployment. Weights are in percent, as in its status. */
export interface ModelDeploymentFigures {
  phase?: string;
  step?: number;
  weights: { desired?: number; applied?: number; observed?: number };
  verdicts: readonly { metric: string; verdict: string }[];
}

/** The figures in a status. */
export function figuresOf(status: ModelDeploymentStatus): ModelDeploymentFigures {
  const { desired, applied, observed } = status.traffic ?? {};
  return {
    phase: status.phase,
    step: status.rollout?.step,
    weights: { desired, applied, observed },
    verdicts: (status.analysis ?? []).map(({ metric, verdict }) => ({ metric, verdict })),
  };
}

/**
 * Phase, step, weights and verdicts of every ModelDeployment.
 *
 * Only the figures are kept between scrapes; the series are made when they are asked for and dropped afterwards, so that
 * a deleted object leaves none behind, and a thousand settled ones cost little.
 */
export class ModelDeploymentMetrics {
  readonly #figures = new Map<string, { namespace: string; name: string; figures: ModelDeploymentFigures }>();
  readonly #gauges: Gauge[] = [];

  constructor(registry: Registry) {
    const each = () => this.#figures.values();
    const gauge = <L extends string>(
      name: string,
      help: string,
      labels: L[],
      collect: (gauge: Gauge<L | 'namespace' | 'name'>) => void,
    ) => {
      const collected = function (this: Gauge<L | 'namespace' | 'name'>) {
        this.reset();
        collect(this);
      };
      const labelNames = ['namespace', 'name', ...labels] as (L | 'namespace' | 'name')[];
      const full = `understudy_model_deployment_${name}`;
      this.#gauges.push(
        new Gauge({ name: full, help, labelNames, registers: [registry], collect: collected }) as Gauge,
      );
    };
    gauge('phase', '1 for the phase of a ModelDeployment, 0 for the others.', ['phase'], (series) => {
      for (const { namespace, name, figures } of each()) {
        if (figures.phase === undefined) continue;
        for (const phase of Object.keys(phases))
          series.set({ namespace, name, phase }, phase === figures.phase ? 1 : 0);
      }
    });
    gauge('step', 'The step of its plan that the rollout is at, from 0.', [], (series) => {
      for (const { namespace, name, figures } of each()) {
        if (figures.step !== undefined) series.set({ namespace, name }, figures.step);
      }
    });
    for (const reading of ['desired', 'applied', 'observed'] as const) {
      gauge(`${reading}_weight_ratio`, weightHelp[reading], [], (series) => {
        for (const { namespace, name, figures } of each()) {
          const percent = figures.weights[reading];
          if (percent !== undefined) series.set({ namespace, name }, percent / 100);
        }
      });
    }
    gauge(
      'verdict',
      '1 for what a metric of the running gate says, 0 for the others.',
      ['metric', 'verdict'],
      (series) => {
        for (const { namespace, name, figures } of each()) {
          for (const { metric, verdict: said } of figures.verdicts) {
            for (const verdict of Object.keys(verdicts)) {
              series.set({ namespace, name, metric, verdict }, verdict === said ? 1 : 0);
            }
          }
        }
      },
    );
  }

  /** Replaces what is told of an object. */
  set(namespace: string, name: string, figures: ModelDeploymentFigures): void {
    this.#figures.set(`${namespace}/${name}`, { namespace, name, figures });
  }

  /** The object is gone: all its series vanish. */
  forget(namespace: string, name: string): void {
    this.#figures.delete(`${namespace}/${name}`);
  }

  /** After a scrape: gives back the memory of the series. */
  release(): void {
    for (const gauge of this.#gauges) gauge.reset();
  }
}

const weightHelp = {
  desired: "The candidate's share of traffic that was decided, from 0 to 1.",
  applied: "The candidate's share of traffic that the live objects say, from 0 to 1.",
  observed: "The candidate's share of traffic that the gateway counted lately, from 0 to 1.",
};
