import type { AssumedTraffic } from '../../domain/strategy/gate-forecast.ts';
import {
  clusterChoiceOf,
  clusterFlags,
  type ClusterChoice,
  outputFlags,
  outputOf,
} from '../cluster/cluster-flags.ts';
import { durationFlag, parseFlags } from '../flags.ts';
import { assumedTraffic, badShareOf } from '../lint/lint-options.ts';
import { prometheusOf, type PrometheusChoice } from '../prometheus-flags.ts';
import { UsageError } from '../usage-error.ts';
import { planDefaults } from './plan-help.ts';

export interface PlanOptions extends ClusterChoice {
  file: string;
  traffic: AssumedTraffic | undefined;
  /** For traffic that is measured. */
  badShare: number;
  scrapeIntervalMs: number;
  prometheus: PrometheusChoice | undefined;
  json: boolean;
}

const flags = {
  ...clusterFlags,
  ...outputFlags,
  file: { type: 'string', short: 'f' },
  traffic: { type: 'string' },
  errors: { type: 'string' },
  'scrape-interval': { type: 'string' },
  prometheus: { type: 'string' },
  'bearer-token-file': { type: 'string' },
  'ca-file': { type: 'string' },
} as const;

/** Reads the flags. Throws `UsageError`. */
export function parsePlanOptions(argv: readonly string[]): PlanOptions {
  const values = parseFlags(argv, flags);
  const { file } = values;
  if (file === undefined) throw new UsageError('plan needs a manifest: -f FILE');
  return {
    ...clusterChoiceOf(values),
    file,
    traffic: assumedTraffic(values.traffic, values.errors),
    badShare: badShareOf(values.errors),
    scrapeIntervalMs: durationFlag(
      '--scrape-interval',
      values['scrape-interval'] ?? planDefaults.scrapeInterval,
    )!,
    prometheus: prometheusOf(values),
    json: outputOf(values.output, ['json']) === 'json',
  };
}
