import type { ModelDeployment } from '../api/model-deployment.ts';
import type { ModelRollout, RolloutMetric } from '../api/model-rollout.ts';
import { type ArmCounts, countRequests, countSlowRequests } from '../domain/analysis/arm-counts.ts';
import { familySamples } from '../domain/analysis/count-families.ts';
import { latencyBound } from '../domain/analysis/histograms.ts';
import type { Arms, CounterPreset } from '../domain/analysis/preset.ts';
import { choosePreset } from '../domain/analysis/presets/choose-preset.ts';
import { counterPreset } from '../domain/analysis/presets/counter-preset.ts';
import { namedMeasures } from '../domain/analysis/presets/named-measure.ts';
import { renderQuery } from '../domain/analysis/query-template.ts';
import { toMs, toTime } from '../domain/time.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { measuring, presetsFor } from '../metrics-source/presets/presets.ts';
import type { Clock } from '../runtime/clock.ts';
import { BriefCache } from './people/brief-cache.ts';
import { askedWords } from './projection/metric-details.ts';
import type { Series, SeriesAnswer } from './schemas.ts';

export interface SeriesOptions {
  /** The configured sources by name; undefined for one that is not. */
  sourceOf: (name: string) => MetricsSource | undefined;
  clock: Clock;
}

/** So many intervals are shown: a width of pixels, and an answer that stays small. */
const mostIntervals = 120;
const refreshMs = 15_000;
/** Before the first interval lies the sample that each series is anchored at. */
const anchorMs = 120_000;
const longestMs = 6 * 3_600_000;

interface Window {
  fromMs: number;
  toMs: number;
  stepMs: number;
  roundsMs: number[];
}

/**
 * Both revisions of a rollout over time, from the source that its gates ask: the same selectors and the same way of counting. One query for each
 * family of counters and two for each free query, in `refreshMs` at most once for all people together.
 */
export class SeriesReader {
  readonly #options: SeriesOptions;
  readonly #answers: BriefCache<SeriesAnswer>;

  constructor(options: SeriesOptions) {
    this.#options = options;
    this.#answers = new BriefCache({ clock: options.clock, ttlMs: refreshMs, most: 200 });
  }

  read(model: ModelDeployment, rollout: ModelRollout): Promise<SeriesAnswer> {
    const key = `${model.metadata.uid}/${rollout.metadata.name}`;
    return this.#answers.get(key, () => this.#ask(model, rollout));
  }

  async #ask(model: ModelDeployment, rollout: ModelRollout): Promise<SeriesAnswer> {
    const nowMs = this.#options.clock.now();
    const window = windowOf(rollout, nowMs);
    const { analysis } = rollout.spec;
    const source = this.#options.sourceOf(analysis.source);
    const counting = source && new Counting(source, model, rollout, window);
    const series = await Promise.all(
      analysis.metrics.map(async (metric): Promise<Series> => {
        const about = {
          metric: metric.name,
          kind: metric.kind,
          unit: metric.kind === 'query' ? ('number' as const) : ('share' as const),
          says: askedWords(metric),
          origin: 'source' as const,
        };
        const none = { atMs: [], candidate: [], stable: [] };
        if (!counting)
          return { ...about, points: none, lacks: `there is no metrics source ${analysis.source} here` };
        try {
          return { ...about, ...(await counting.of(metric)) };
        } catch (error) {
          return {
            ...about,
            points: none,
            lacks: error instanceof Error ? error.message : 'the source did not answer',
          };
        }
      }),
    );
    const { fromMs, toMs: untilMs, stepMs } = window;
    return {
      serverTime: toTime(nowMs),
      rollout: rollout.metadata.name,
      fromMs,
      toMs: untilMs,
      stepMs,
      refreshMs,
      series,
    };
  }
}

function windowOf({ metadata, status }: ModelRollout, nowMs: number): Window {
  const endMs = Math.min(nowMs, toMs(status?.endedAt) ?? nowMs);
  const beganMs = toMs(metadata.creationTimestamp) ?? endMs - 600_000;
  const fromMs = Math.max(Math.min(beganMs, endMs - 60_000), endMs - longestMs);
  const stepMs = Math.max(15_000, Math.ceil((endMs - fromMs) / mostIntervals / 1_000) * 1_000);
  const count = Math.max(1, Math.ceil((endMs - fromMs) / stepMs));
  const roundsMs = Array.from({ length: count }, (_, index) => endMs - (count - 1 - index) * stepMs);
  return { fromMs: roundsMs[0]! - stepMs, toMs: endMs, stepMs, roundsMs };
}

type Found = Pick<Series, 'points' | 'requests' | 'lacks'>;

const nothing: Found['points'] = { atMs: [], candidate: [], stable: [] };

class Counting {
  readonly #source: MetricsSource;
  readonly #rollout: ModelRollout;
  readonly #arms: Arms;
  readonly #window: Window;
  readonly #preset: CounterPreset | undefined;

  constructor(source: MetricsSource, model: ModelDeployment, rollout: ModelRollout, window: Window) {
    this.#source = source;
    this.#rollout = rollout;
    this.#window = window;
    this.#arms = armsOf(model, rollout);
    const recorded = rollout.status?.analysis?.preset;
    this.#preset = recorded && presetRecorded(recorded);
  }

  of(metric: RolloutMetric): Promise<Found> {
    switch (metric.kind) {
      case 'errorRate':
        return this.#errors();
      case 'latency':
        return this.#slow(metric);
      case 'query':
        return this.#queried(metric);
    }
  }

  async #samples(selector: string) {
    const { fromMs, toMs: untilMs } = this.#window;
    return await this.#source.instant(`${selector}[${untilMs - fromMs + anchorMs}ms]`, { atMs: untilMs });
  }

  get #counted() {
    const { fromMs, roundsMs } = this.#window;
    return { afterMs: fromMs, roundsMs, steadyFromMs: this.#window.toMs };
  }

  async #errors(): Promise<Found> {
    if (!this.#preset) return { points: nothing, lacks: 'no counted request was seen yet' };
    const family = this.#preset.requests(this.#arms);
    const { series } = familySamples(family, { id: '', result: await this.#samples(family.selector) });
    return this.#columns(countRequests(family, series, this.#counted).rounds);
  }

  async #slow({ name, objective }: Extract<RolloutMetric, { kind: 'latency' }>): Promise<Found> {
    const family = this.#preset?.latency(this.#arms);
    if (!family) return { points: nothing, lacks: 'nobody counts how long requests take' };
    const { series } = familySamples(family, { id: '', result: await this.#samples(family.selector) });
    const compared = this.#rollout.status?.analysis?.evidence?.metrics[name]?.boundsMs?.[0];
    const wantedMs = objective?.thresholdMs ?? compared;
    if (wantedMs === undefined) return { points: nothing, lacks: 'no bound was chosen yet' };
    const bound = latencyBound(family, series, wantedMs);
    if (bound.kind !== 'bound') return { points: nothing, lacks: 'there is no histogram with such a bound' };
    return this.#columns(countSlowRequests(family, series, this.#counted, bound.boundMs));
  }

  async #queried(metric: Extract<RolloutMetric, { kind: 'query' }>): Promise<Found> {
    const { fromMs, toMs: endMs, stepMs, roundsMs } = this.#window;
    const { preset = 'auto' } = this.#rollout.spec.analysis;
    const scope = {
      ...(metric.windowMs !== undefined && { windowMs: metric.windowMs }),
      measures: namedMeasures(measuring(preset)),
    };
    const ask = async (arms: Arms): Promise<(number | null)[]> => {
      const query = renderQuery(metric.query, { ...arms, ...scope });
      const answer = await this.#source.range(query, { startMs: fromMs + stepMs, endMs, stepMs });
      const [only] = answer.kind === 'matrix' && answer.series.length === 1 ? answer.series : [];
      const values = new Map(
        only?.samples.map(([timeMs, value]) => [Math.round((timeMs - endMs) / stepMs), value]),
      );
      return roundsMs.map((timeMs) => finite(values.get(Math.round((timeMs - endMs) / stepMs))));
    };
    const [candidate, stable] = await Promise.all([
      ask(this.#arms),
      ask({ ...this.#arms, candidate: this.#arms.stable }),
    ]);
    return { points: { atMs: roundsMs, candidate, stable } };
  }

  #columns(rounds: readonly ArmCounts[]): Found {
    const atMs = this.#window.roundsMs;
    const column = (arm: 'candidate' | 'stable') => ({
      share: rounds.map(({ [arm]: { requests, bad } }) =>
        requests > 0 ? Math.min(1, bad / requests) : null,
      ),
      requests: rounds.map(({ [arm]: { requests } }) => requests),
    });
    const [candidate, stable] = [column('candidate'), column('stable')];
    return {
      points: { atMs, candidate: candidate.share, stable: stable.share },
      requests: { atMs, candidate: candidate.requests, stable: stable.requests },
    };
  }
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** What the record says that the rollout is judged by. */
function presetRecorded(
  recorded: NonNullable<NonNullable<NonNullable<ModelRollout['status']>['analysis']>['preset']>,
) {
  const chosen = choosePreset(
    presetsFor(recorded.name as Parameters<typeof presetsFor>[0], undefined),
    undefined,
    recorded,
  );
  return chosen && counterPreset(chosen);
}

function armsOf({ metadata, spec: { service } }: ModelDeployment, { spec, status }: ModelRollout): Arms {
  const { namespace = '', name } = metadata;
  const port = service?.port ?? 80;
  const arm = (revision: string, suffix = '') => ({
    revision,
    service: `${name}-${revision}${suffix}`,
    port,
  });
  const step = spec.plan.steps[status?.step.index ?? 0];
  // Copies are counted at a Service of their own.
  const copies = spec.plan.strategy === 'shadow' || (status?.phase === 'Stepping' && step?.kind === 'mirror');
  return {
    namespace,
    name,
    candidate: arm(spec.to.revision, copies ? '-mirror' : ''),
    stable: arm(spec.from.revision),
  };
}
