import { Gauge, type Registry } from 'prom-client';
import { phases, verdicts } from '../api/phase.ts';
import type { ArmValues, JudgedMetric } from './judged-figures.ts';
import type { ModelDeploymentFigures } from './model-deployment-figures.ts';

interface Told {
  namespace: string;
  name: string;
  figures: ModelDeploymentFigures;
}

/** Sets one series of the ModelDeployment that is told of. What is no number has no series. */
type Tell<L extends string> = (labels: Record<L, string>, value: number | undefined) => void;

/**
 * Phase, weights, verdicts, evidence and problems of every ModelDeployment.
 *
 * Only the figures are kept between scrapes; the series are made when they are asked for and dropped afterwards, so that
 * a deleted object or an ended rollout leaves none behind, and a thousand settled ones cost little.
 */
export class ModelDeploymentMetrics {
  readonly #told = new Map<string, Told>();
  readonly #gauges: Gauge[] = [];
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#ofObjects();
    this.#ofTraffic();
    this.#ofGates();
  }

  /** Replaces what is told of an object. What the gate heard stays while the same rollout runs and nothing newer is known. */
  set(namespace: string, name: string, figures: ModelDeploymentFigures): void {
    const key = `${namespace}/${name}`;
    const before = this.#told.get(key)?.figures;
    const isSame = figures.rollout !== undefined && figures.rollout.name === before?.rollout?.name;
    const judged = figures.judged ?? (isSame ? before?.judged : undefined);
    this.#told.set(key, { namespace, name, figures: { ...figures, judged } });
  }

  /** The object is gone: all its series vanish. */
  forget(namespace: string, name: string): void {
    this.#told.delete(`${namespace}/${name}`);
  }

  /** After a scrape: gives back the memory of the series. */
  release(): void {
    for (const gauge of this.#gauges) gauge.reset();
  }

  #gauge<L extends string>(
    name: string,
    help: string,
    labels: L[],
    tellOf: (figures: ModelDeploymentFigures, tell: Tell<L>) => void,
  ): void {
    const told = this.#told;
    const gauge = new Gauge({
      name: `understudy_model_deployment_${name}`,
      help,
      labelNames: ['namespace', 'name', ...labels] as string[],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { namespace, name, figures } of told.values()) {
          tellOf(figures, (own, value) => {
            if (value !== undefined && Number.isFinite(value)) this.set({ namespace, name, ...own }, value);
          });
        }
      },
    });
    this.#gauges.push(gauge);
  }

  #ofObjects(): void {
    this.#gauge(
      'phase',
      '1 for the phase of a ModelDeployment, 0 for the others.',
      ['phase'],
      ({ phase: said }, tell) => {
        if (said === undefined) return;
        for (const phase of Object.keys(phases)) tell({ phase }, phase === said ? 1 : 0);
      },
    );
    this.#gauge(
      'problem',
      '1 while a condition of a ModelDeployment says that something is wrong; no series while all is well.',
      ['condition', 'reason'],
      ({ problems }, tell) => {
        for (const problem of problems) tell(problem, 1);
      },
    );
    this.#gauge(
      'paused',
      '1 while forward progress is stopped, with the reason; no series while it is not.',
      ['reason'],
      ({ paused }, tell) => {
        if (paused !== undefined) tell({ reason: paused }, 1);
      },
    );
    this.#gauge(
      'step',
      'The step of its plan that the running rollout is at, from 0.',
      [],
      ({ rollout }, tell) => tell({}, rollout?.step),
    );
    this.#gauge(
      'step_started_timestamp_seconds',
      'When the running rollout entered its step, since the epoch.',
      [],
      ({ rollout }, tell) => tell({}, inSeconds(rollout?.sinceMs)),
    );
    this.#gauge(
      'next_decision_timestamp_seconds',
      'When time alone brings the next decision of the running rollout, since the epoch; no series while it waits for something else.',
      [],
      ({ rollout }, tell) => tell({}, inSeconds(rollout?.nextDecisionMs)),
    );
  }

  #ofTraffic(): void {
    const said = {
      desired: 'was decided',
      applied: 'the live objects say',
      observed: 'the gateway counted lately',
    };
    for (const reading of ['desired', 'applied', 'observed'] as const) {
      this.#gauge(
        `${reading}_weight_ratio`,
        `The share of traffic of either revision of a rollout that ${said[reading]}, from 0 to 1.`,
        ['arm'],
        ({ weights }, tell) => {
          const percent = weights[reading];
          if (percent === undefined) return;
          tell({ arm: 'candidate' }, percent / 100);
          // Without the noise of binary fractions: 0.952, not 0.9520000000000001.
          tell({ arm: 'stable' }, Number((1 - percent / 100).toFixed(6)));
        },
      );
    }
    this.#gauge(
      'share_rejected',
      '1 while the share that the gateway counts does not fit the split that was written, as far as a test can tell; else 0.',
      [],
      ({ judged }, tell) => tell({}, judged && Number(judged.shareRejected)),
    );
  }

  #ofGates(): void {
    this.#gauge(
      'verdict',
      '1 for what a metric of the running gate says, 0 for the others.',
      ['metric', 'verdict'],
      ({ verdicts: all }, tell) => {
        for (const { metric, verdict: said } of all) {
          for (const verdict of Object.keys(verdicts)) tell({ metric, verdict }, verdict === said ? 1 : 0);
        }
      },
    );
    const eachMetric = (
      name: string,
      help: string,
      value: (metric: JudgedMetric) => number | undefined,
    ): void =>
      this.#gauge(name, help, ['metric'], ({ judged }, tell) => {
        for (const one of judged?.metrics ?? []) tell({ metric: one.metric }, value(one));
      });
    const eachArm = (name: string, help: string, value: (metric: JudgedMetric) => ArmValues): void =>
      this.#gauge(name, help, ['metric', 'arm'], ({ judged }, tell) => {
        for (const one of judged?.metrics ?? []) {
          const { candidate, stable } = value(one);
          tell({ metric: one.metric, arm: 'candidate' }, candidate);
          tell({ metric: one.metric, arm: 'stable' }, stable);
        }
      });
    eachArm(
      'metric_value',
      'What a metric of the running rollout measured of either revision: the share of bad requests on this step, or the result of a query.',
      ({ value }) => value,
    );
    eachArm(
      'rollout_requests',
      'Requests that a metric has counted in the whole running rollout.',
      ({ requests }) => requests,
    );
    eachArm(
      'rollout_bad_requests',
      'Requests that a metric has found bad in the whole running rollout: they failed, or were too slow.',
      ({ bad }) => bad,
    );
    eachMetric(
      'rollout_excess_bad_requests',
      "The candidate's bad requests in the whole running rollout, less those that the stable revision would have had in its place.",
      ({ excess }) => excess,
    );
    eachMetric(
      'harm_log_odds',
      'What a metric says for harm by the candidate: the natural logarithm of its e-value.',
      ({ lnHarm }) => lnHarm,
    );
    eachMetric(
      'health_log_odds',
      'What a metric says for health of the candidate on this step: the natural logarithm of its e-value.',
      ({ lnHealth }) => lnHealth,
    );
    this.#gauge(
      'all_harm_log_odds',
      'What all metrics together say for harm: the candidate is taken back when it reaches understudy_model_deployment_harm_needed_log_odds.',
      [],
      ({ judged }, tell) => tell({}, judged?.lnHarm),
    );
    this.#gauge('harm_needed_log_odds', 'Where harm is proved, by falseRollback.', [], ({ judged }, tell) =>
      tell({}, judged?.lnHarmNeeded),
    );
    this.#gauge(
      'health_needed_log_odds',
      'Where a metric has proved health, by falsePromotion.',
      [],
      ({ judged }, tell) => tell({}, judged?.lnHealthNeeded),
    );
  }
}

const inSeconds = (atMs: number | undefined): number | undefined =>
  atMs === undefined ? undefined : atMs / 1000;
