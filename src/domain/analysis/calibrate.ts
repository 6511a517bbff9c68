import { defaultTolerance } from '../../api/analysis.ts';
import type { Calibration } from '../../api/model-rollout-status.ts';
import type { RolloutAnalysis } from '../../api/model-rollout.ts';
import { measuredTolerance } from '../statistics/measured-tolerance.ts';
import { podNoise, type PodCounts } from '../statistics/pod-noise.ts';
import { burstNoise } from '../statistics/burst-noise.ts';
import { clip } from '../words.ts';
import { countRequests, countSlowRequests } from './arm-counts.ts';
import type { FamilySamples } from './count-families.ts';
import type { CountingMetric, LatencyMetric } from './count-metric.ts';
import { distributionBounds, latencyBound } from './histograms.ts';
import type { MeasurementFailure } from './measurement.ts';
import { countPodRequests, countSlowPodRequests, wholeWindow } from './pod-counts.ts';
import {
  gatewayLatencyOf,
  gatewayRequestsOf,
  type MeasuredHistory,
  type PodHistory,
  podLatency,
  podRequests,
} from './pod-history.ts';
import type { Arms, BucketRole } from './preset.ts';
import { percent } from './words.ts';

/** No tolerance is wider, however much the pods differ: what accepts everything finds nothing. */
const widestTolerance = 5;

/** Counts that vary so many times as much as independent ones are worth a word: each decision takes as many times the requests. */
const muchDispersion = 3;

/**
 * The noise between the pods of the stable revision, from what they did before the rollout: an A/A comparison without extra pods
 * (reference, section 6.6). The candidate is compared from its first pod on, so that its noise is that of one.
 */
export function calibrate(
  { metrics }: Pick<RolloutAnalysis, 'metrics'>,
  history: Exclude<PodHistory, { kind: 'pending' }>,
  { arms, scrapeIntervalMs }: { arms: Arms; scrapeIntervalMs: number },
): Calibration {
  if (history.kind === 'unavailable') return { metrics: {}, because: history.because };
  const at = { atMs: history.atMs, scrapeIntervalMs };
  const measured: Calibration['metrics'] = {};
  const reasons = new Map<string, string[]>();
  for (const metric of metrics) {
    if (metric.kind === 'query') continue;
    const counts = countsOf(metric, history, arms, at);
    const noise = typeof counts === 'string' ? undefined : podNoise(counts);
    if (noise) {
      measured[metric.name] = {
        pods: noise.pods,
        spread: rounded(noise.spread),
        dispersion: rounded(noise.dispersion),
        tolerance: rounded(Math.min(widestTolerance, measuredTolerance(noise))),
      };
      continue;
    }
    const reason = typeof counts === 'string' ? counts : tooLittle;
    reasons.set(reason, [...(reasons.get(reason) ?? []), metric.name]);
    const bursts = burstsOf(metric, history, arms, at) ?? 1;
    if (bursts > 1) {
      measured[metric.name] = {
        pods: 0,
        spread: 0,
        dispersion: rounded(bursts),
        tolerance: defaultTolerance,
      };
    }
  }
  const because = [...reasons].map(([reason, names]) => `${names.join(' and ')}: ${reason}`).join('; ');
  return { metrics: measured, ...(because && { because: clip(because, 512) }) };
}

/** Where single pods are not known, the gateway's counts of all of them still show how they vary in time. */
function burstsOf(
  metric: CountingMetric,
  history: MeasuredHistory,
  arms: Arms,
  at: { atMs: number; scrapeIntervalMs: number },
): number | undefined {
  if (metric.kind === 'errorRate') {
    const samples = gatewayRequestsOf(history, arms);
    if (!samples) return undefined;
    const window = wholeWindow(samples.family, samples.series, at);
    const { rounds } = countRequests(samples.family, samples.series, window);
    return burstNoise(rounds.map(({ stable }) => stable));
  }
  const samples = gatewayLatencyOf(history, arms);
  if (!samples) return undefined;
  const boundMs = boundOf(metric, samples);
  if (boundMs === undefined) return undefined;
  const window = wholeWindow(samples.family, samples.series, at);
  const rounds = countSlowRequests(samples.family, samples.series, window, boundMs);
  return burstNoise(rounds.map(({ stable }) => stable));
}

const tooLittle = 'too few pods, or too few bad requests of theirs, to tell how they differ';

/** Counts by pod and round, or why there are none. */
function countsOf(
  metric: CountingMetric,
  history: MeasuredHistory,
  arms: Arms,
  at: { atMs: number; scrapeIntervalMs: number },
): PodCounts[] | string {
  if (metric.kind === 'errorRate') {
    const samples = podRequests(history, arms);
    return samples && !samples.failure
      ? countPodRequests(samples.family, samples.series, at)
      : unanswered(samples?.failure);
  }
  const samples = podLatency(history, arms);
  if (!samples || samples.failure) return unanswered(samples?.failure);
  const { family, series } = samples;
  const boundMs = boundOf(metric, samples);
  return boundMs === undefined
    ? 'the histograms of the pods have no bucket that tells slow requests apart'
    : countSlowPodRequests(family, series, { ...at, boundMs });
}

/** What slow means: by the objective, or as the candidate's slowest requests will be compared. */
function boundOf(
  { objective }: LatencyMetric,
  { family, series }: FamilySamples<BucketRole>,
): number | undefined {
  if (!objective) {
    const chosen = distributionBounds(family, series);
    return chosen.kind === 'bounds' ? chosen.boundsMs[0] : undefined;
  }
  const bound = latencyBound(family, series, objective.thresholdMs);
  return bound.kind === 'bound' ? bound.boundMs : undefined;
}

const unanswered = (failure: MeasurementFailure | undefined): string =>
  failure
    ? `the source did not answer: ${failure.message}`
    : 'the source has no counters of single pods that are known';

const rounded = (value: number): number => Math.round(value * 1e3) / 1e3;

/** What was measured, for people. */
export function calibrationInWords({ metrics, because }: Calibration): string {
  const said = Object.entries(metrics).map(([name, { pods, spread, dispersion, tolerance }]) => {
    const differ = `${pods} pods of the stable revision differ by ${percent(spread)}: harm of more than ${percent(tolerance - 1)} counts`;
    const vary = `counts vary ${dispersion} times as much as those of independent requests, so that decisions take so many times the requests`;
    const words = [
      ...(pods > 0 ? [differ] : []),
      ...(dispersion >= muchDispersion || pods === 0 ? [vary] : []),
    ];
    return `${name}: ${words.join('; ')}`;
  });
  const accepted = `${percent(defaultTolerance - 1)} are accepted where pods were not compared`;
  return [...said, ...(because === undefined ? [] : [`${accepted}: ${because}`])].join('; ');
}
