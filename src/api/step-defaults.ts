import { comparisonDefaults, type Metric } from './analysis.ts';
import { parseDuration } from './duration.ts';
import type { TemplateSource } from './metric-template.ts';
import type { RolloutAnalysis, RolloutMetric } from './model-rollout.ts';
import type { RolloutStep } from './rollout-plan.ts';
import { type Adaptive, adaptiveDefaults } from './strategy/adaptive.ts';
import type { TesterMatch } from './strategy/match.ts';
import type { Step } from './strategy/step.ts';

/** What a plan means where a spec leaves it open. */
export const planDefaults = {
  weights: [5, 25, 50],
  hold: '2m',
  maxHold: '30m',
  bake: '15m',
  mirror: '10m',
  shadow: '30m',
  shadowRequests: 1_000,
  stableScale: 'keep',
  failureLimit: 0,
  window: '1m',
} as const;

/** One step with nothing left open; durations are milliseconds. */
export function resolveStep(step: Step, { minRequests }: Pick<RolloutAnalysis, 'minRequests'>): RolloutStep {
  const { weight, match, mirror, scale, pause } = step;
  if (weight !== undefined) return { kind: 'weight', weight, ...gateOf(step, planDefaults.hold) };
  if (match) return { kind: 'match', matches: matchesOf(match), ...gateOf(step, '0s') };
  if (mirror) {
    return {
      kind: 'mirror',
      percent: mirror.percent ?? 100,
      durationMs: parseDuration(mirror.duration ?? planDefaults.mirror),
      minRequests: mirror.minRequests ?? minRequests,
      maxHoldMs: mirrorMaxHoldMs(step.maxHold, mirror.duration ?? planDefaults.mirror),
    };
  }
  if (scale) return { kind: 'scale', ...scale };
  return {
    kind: 'pause',
    ...(pause?.duration === undefined ? {} : { durationMs: parseDuration(pause.duration) }),
    ...(pause?.approvals === undefined ? {} : { approvals: pause.approvals }),
  };
}

/** The one step of a canary whose weights the evidence chooses. */
export function resolveAdaptive({ hold, maxHold, ...given }: Adaptive): RolloutStep {
  return { kind: 'adaptive', ...adaptiveDefaults, ...given, ...gateOf({ hold, maxHold }, planDefaults.hold) };
}

/** Copies have a time of their own, so their longest one is measured by it. */
export const mirrorMaxHoldMs = (maxHold: string | undefined, duration: string): number =>
  maxHold === undefined
    ? Math.max(parseDuration(planDefaults.maxHold), 2 * parseDuration(duration))
    : parseDuration(maxHold);

function gateOf(
  { hold, maxHold }: Pick<Step, 'hold' | 'maxHold'>,
  otherwise: string,
): { holdMs: number; maxHoldMs: number } {
  const givenMs = maxHold === undefined ? undefined : parseDuration(maxHold);
  const holdMs =
    hold === undefined ? Math.min(parseDuration(otherwise), givenMs ?? Infinity) : parseDuration(hold);
  return { holdMs, maxHoldMs: givenMs ?? Math.max(parseDuration(planDefaults.maxHold), holdMs) };
}

/** No condition at all sends testers back to the split. */
function matchesOf({ headers, queryParams, path }: TesterMatch) {
  if (!headers?.length && !queryParams?.length && !path) return [];
  const named = (list: NonNullable<TesterMatch['headers']>) =>
    list.map(({ name, type, value }) => ({ name, type: type ?? ('Exact' as const), value }));
  return [
    {
      ...(headers?.length && { headers: named(headers) }),
      ...(queryParams?.length && { queryParams: named(queryParams) }),
      ...(path && { path: { type: path.type ?? ('PathPrefix' as const), value: path.value } }),
    },
  ];
}

/** A metric that asks its own query, or none: templates were read before. */
export type InlineMetric =
  | Exclude<Metric, { kind: 'query' }>
  | (Omit<Extract<Metric, { kind: 'query' }>, 'query' | 'template'> & {
      query: string;
      template?: TemplateSource;
    });

/** Those metrics whose query is known. */
export const inlined = (metrics: readonly (Metric | InlineMetric)[]): InlineMetric[] =>
  metrics.filter((metric): metric is InlineMetric => metric.kind !== 'query' || metric.query !== undefined);

/** One metric with nothing left open. */
export function resolveMetric({ initialDelay, ...metric }: InlineMetric): RolloutMetric {
  const common = initialDelay === undefined ? {} : { initialDelayMs: parseDuration(initialDelay) };
  switch (metric.kind) {
    case 'errorRate':
      return { ...comparisonDefaults.errorRate, ...metric, ...common };
    case 'latency': {
      const { objective, ...latency } = metric;
      return {
        ...comparisonDefaults.latency,
        ...latency,
        ...common,
        ...(objective && {
          objective: { thresholdMs: parseDuration(objective.threshold), max: objective.max },
        }),
      };
    }
    case 'query': {
      const { window, ...query } = metric;
      const looksBack =
        window ?? (/\{\{\s*window\s*\}\}/.test(metric.query) ? planDefaults.window : undefined);
      return {
        ...query,
        ...common,
        ...(looksBack === undefined ? {} : { windowMs: parseDuration(looksBack) }),
        failureLimit: metric.failureLimit ?? planDefaults.failureLimit,
      };
    }
  }
}
