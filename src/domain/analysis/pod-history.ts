import type { RolloutAnalysis } from '../../api/model-rollout.ts';
import { type FamilySamples, familySamples } from './count-families.ts';
import type { MeasurementRequest, MeasurementResult } from './measurement.ts';
import type { Arms, BucketRole, CounterPreset, RequestRole } from './preset.ts';
import { patternsOf, selectorFor } from './presets/arm-labels.ts';
import { bucketNames, latencyFamily, requestFamily, requestNames } from './presets/counter-families.ts';
import type { ArmLabels, LatencySeries, PresetData, RequestCounters } from './presets/preset-data.ts';

/** What the source holds of the stable revision's single pods, from before the rollout. */
export type PodHistory =
  /** The answer is under way. */
  | { kind: 'pending' }
  /** It was not asked for, or cannot be had. */
  | { kind: 'unavailable'; because: string }
  | MeasuredHistory;

export interface MeasuredHistory {
  kind: 'measured';
  atMs: number;
  results: readonly MeasurementResult[];
  /** Model servers that may have been scraped. */
  presets: readonly PresetData[];
  /** Who counts for all pods together: where single pods are not known, it shows how counts vary. */
  gateway?: CounterPreset;
}

/** How far back pods are compared. */
const lookBackMs = 30 * 60_000;
/** And no further than this many scrapes: an answer must stay small. */
const mostScrapes = 720;

const gatewayRequests = 'gateway/requests';
const gatewayLatency = 'gateway/latency';
const requestsOf = (key: string): string => `pods/requests/${key}`;
const latencyOf = (key: string): string => `pods/latency/${key}`;

/**
 * What to ask: the raw samples of all that known model servers count of the stable's pods, one query for each way in which labels name
 * a revision. Which of the servers runs there shows in the answer.
 */
export function planPodHistory(
  { presets, gateway }: Pick<MeasuredHistory, 'presets' | 'gateway'>,
  arms: Arms,
  { source, metrics }: Pick<RolloutAnalysis, 'source' | 'metrics'>,
  { nowMs, scrapeIntervalMs }: { nowMs: number; scrapeIntervalMs: number },
): MeasurementRequest[] {
  const rangeMs = Math.min(lookBackMs, mostScrapes * scrapeIntervalMs);
  const askFor = (id: string, selector: string): MeasurementRequest => ({
    id,
    source,
    query: `${selector}[${rangeMs}ms]`,
    atMs: nowMs,
  });
  const ask = (id: string, names: readonly string[], armLabels: ArmLabels): MeasurementRequest =>
    askFor(id, selectorFor([...new Set(names)], [patternsOf(armLabels, arms, arms.stable)]));
  const latency = gateway?.latency(arms);
  const kinds = new Set(metrics.map(({ kind }) => kind));
  return [
    ...(kinds.has('errorRate')
      ? byArmLabels(requestsOfPods(presets)).map(([key, ways]) =>
          ask(requestsOf(key), ways.flatMap(requestNames), ways[0]!.arms),
        )
      : []),
    ...(kinds.has('errorRate') && gateway ? [askFor(gatewayRequests, gateway.requests(arms).selector)] : []),
    ...(kinds.has('latency') && latency ? [askFor(gatewayLatency, latency.selector)] : []),
    ...(kinds.has('latency')
      ? byArmLabels(latencyOfPods(presets)).map(([key, ways]) =>
          ask(latencyOf(key), ways.flatMap(bucketNames), ways[0]!.arms),
        )
      : []),
  ];
}

/** The counters of requests of the server that runs in the pods, with their samples; undefined where no known one does. */
export function podRequests(
  { results, presets }: MeasuredHistory,
  arms: Arms,
): FamilySamples<RequestRole> | undefined {
  return firstSeen(requestsOfPods(presets), results, requestsOf, (one) => requestFamily(one, arms));
}

/** Its histograms of times. */
export function podLatency(
  { results, presets }: MeasuredHistory,
  arms: Arms,
): FamilySamples<BucketRole> | undefined {
  return firstSeen(latencyOfPods(presets), results, latencyOf, (one) => latencyFamily(one, arms));
}

/** What the gateway counted; undefined where it counts nothing that is known. */
export const gatewayRequestsOf = (
  { results, gateway }: MeasuredHistory,
  arms: Arms,
): FamilySamples<RequestRole> | undefined =>
  gateway && familySamples(gateway.requests(arms), answerTo(gatewayRequests, results));

export function gatewayLatencyOf(
  { results, gateway }: MeasuredHistory,
  arms: Arms,
): FamilySamples<BucketRole> | undefined {
  const family = gateway?.latency(arms);
  return family && familySamples(family, answerTo(gatewayLatency, results));
}

const answerTo = (asked: string, results: readonly MeasurementResult[]): MeasurementResult | undefined =>
  results.find(({ id }) => id === asked);

function firstSeen<One extends RequestCounters | LatencySeries, Role>(
  alternatives: readonly One[],
  results: readonly MeasurementResult[],
  idOf: (key: string) => string,
  familyOf: (one: One) => FamilySamples<Role>['family'],
): FamilySamples<Role> | undefined {
  for (const one of alternatives) {
    const samples = familySamples(familyOf(one), answerTo(idOf(keyOf(one.arms)), results));
    if (samples.failure || samples.series.some(({ labels }) => samples.family.read(labels))) return samples;
  }
  return undefined;
}

const keyOf = (arms: ArmLabels): string => JSON.stringify(arms);

function byArmLabels<One extends { arms: ArmLabels }>(ways: readonly One[]): [string, One[]][] {
  const groups = new Map<string, One[]>();
  for (const way of ways) {
    const key = keyOf(way.arms);
    groups.set(key, [...(groups.get(key) ?? []), way]);
  }
  return [...groups];
}

/** A server that is known by its pod's own labels is scraped pod by pod; one that is known by names of models counts for all of them. */
const isOfPods = ({ arms }: { arms: ArmLabels }): boolean => Object.values(arms).includes('{revision}');

const requestsOfPods = (presets: readonly PresetData[]): RequestCounters[] =>
  presets.flatMap(({ requests }) => requests).filter((one) => isOfPods(one) && one.errors?.counted !== 'no');

const latencyOfPods = (presets: readonly PresetData[]): LatencySeries[] =>
  presets.flatMap(({ latency }) => latency).filter((one) => isOfPods(one) && one.kind === 'histogram');
