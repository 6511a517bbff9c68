import type { PresetName } from '../../../api/preset-names.ts';

/**
 * What is known of a program that counts requests, as data: the series, their labels and units, and where they mislead. One file
 * each, in `src/metrics-source/presets`. Everything here is a fact about somebody else's program, so each was read off a scrape
 * or off that project's documentation; `test/fixtures/scrapes/README.md` says which.
 */

/** Regular expressions (RE2, anchored) by label: a series belongs only if all of them match. A missing label is empty. */
export type LabelPatterns = Readonly<Record<string, string>>;

/**
 * How the labels of a series name one revision. In the patterns `{namespace}`, `{name}`, `{service}`, `{port}` and `{revision}` stand for
 * the revision's own, taken literally.
 */
export type ArmLabels = LabelPatterns;

export interface LabelMatch {
  label: string;
  pattern: string;
}

/** A counter, and what its increases are. */
export interface RequestSeries {
  name: string;
  /** The labels that the program sets; all others come from the scrape and identify the target. */
  labels: readonly string[];
  /** Which of its series count: users' requests, and no probes. */
  where?: LabelPatterns;
  /** Series that match all of these do not count. */
  except?: LabelPatterns;
  /** Which requests failed by the server's fault: all of the series, none, or those with this label. */
  failed: 'all' | 'none' | LabelMatch;
  /** They are counted by another series of the same alternative already. */
  repeats?: true;
}

/** One way to count requests. All series come from one layer: a gateway's errors over a server's requests are no rate. */
export interface RequestCounters {
  /** Its metric names, as they are exposed, or the one that stands for them. It names the choice in status. */
  id: string;
  arms: ArmLabels;
  series: readonly RequestSeries[];
  /** A series of the same target that is there before the first request, so that a new counter is seen to have begun at 0. */
  alive?: string;
  /** Present where failures are missing or cannot be trusted: what is wrong, as a sentence. */
  errors?: { counted: 'partly' | 'no'; because: string };
}

export type TimeUnit = 's' | 'ms' | 'us';

/** One way to learn how long requests took. */
export interface LatencySeries {
  /** Names the choice in status. */
  id: string;
  /** The metric, without `_bucket`. Absent: the id. */
  metric?: string;
  arms: ArmLabels;
  /** Only a histogram can say how many requests were slower than a threshold. */
  kind: 'histogram' | 'summary' | 'mean';
  unit: TimeUnit;
  labels: readonly string[];
  where?: LabelPatterns;
  except?: LabelPatterns;
  alive?: string;
  /** Requests that failed are not in it. */
  leavesOutFailures?: true;
  /** For means: the sum of times, and the counter to divide by. */
  mean?: { sum: string; count: string };
}

/** Measures of language models that metrics ask for by kind. */
export const namedKinds = {
  timeToFirstToken: 'How long a caller waits for the first token, in seconds: a quantile.',
  interTokenLatency: 'The time between two tokens of an answer, in seconds: a quantile.',
  queue: 'Requests that wait, per replica.',
  cache: 'The fullest key-value cache of any replica, from 0 to 1.',
  tokensPerSecond: 'Tokens generated per second by all replicas together.',
  costPer1kTokens:
    'What a thousand generated tokens cost: money where the server counts it, otherwise hours of a GPU, to be multiplied by their price.',
} as const;
export type NamedKind = keyof typeof namedKinds;

/** One way to measure a named kind. */
export type NamedSeries = {
  /** The metric, without `_bucket`. */
  id: string;
  arms: ArmLabels;
  where?: LabelPatterns;
} & (
  | { kind: 'histogram'; unit: TimeUnit }
  | { kind: 'gauge'; combine: 'perReplica' | 'max'; scale?: number }
  | { kind: 'rate' }
  /** Of two counters: the spend, and the tokens that it bought. */
  | { kind: 'spend'; tokens: string }
);

export interface PresetData {
  /** As a spec names it. */
  name: PresetName;
  title: string;
  layer: 'router' | 'runtime';
  /** For routers: the controllers of GatewayClasses that count like this. */
  controllers?: readonly string[];
  /** Routers that tell revisions apart only where somebody set them up for it: how. Without series, the runtime is asked. */
  needsSetup?: string;
  /** Where it answers scrapes, and what has to be switched on first. */
  scrape: { port: string; path: string; needs?: string };
  /** Its own label of the model's version, and why it is not what tells revisions apart. */
  versionLabel?: { label: string; but?: string };
  /** The best first. */
  requests: readonly RequestCounters[];
  latency: readonly LatencySeries[];
  named?: Partial<Record<NamedKind, readonly NamedSeries[]>>;
  /** Where it misleads; each a sentence for people. */
  caveats: readonly string[];
}
