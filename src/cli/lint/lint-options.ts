import type { AssumedTraffic } from '../../domain/strategy/gate-forecast.ts';
import { outputOf } from '../cluster/cluster-flags.ts';
import { durationFlag, parseFlags } from '../flags.ts';
import { prometheusOf, type PrometheusChoice } from '../prometheus-flags.ts';
import { rateOf, shareOf } from '../rate.ts';
import { UsageError } from '../usage-error.ts';
import { lintDefaults as defaults } from './lint-help.ts';
import { allCodes } from './warning-codes.ts';

export interface LintOptions {
  files: string[];
  scrapeIntervalMs: number;
  traffic: AssumedTraffic | undefined;
  ignored: ReadonlySet<string>;
  prometheus: PrometheusChoice | undefined;
  strict: boolean;
  json: boolean;
}

const flags = {
  file: { type: 'string', short: 'f', multiple: true },
  traffic: { type: 'string' },
  errors: { type: 'string' },
  'scrape-interval': { type: 'string' },
  ignore: { type: 'string', multiple: true },
  prometheus: { type: 'string' },
  'bearer-token-file': { type: 'string' },
  'ca-file': { type: 'string' },
  strict: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
} as const;

/** Reads the flags. Throws `UsageError`. */
export function parseLintOptions(argv: readonly string[]): LintOptions {
  const values = parseFlags(argv, flags);
  if (!values.file) throw new UsageError('lint needs manifests: -f FILE, -f FOLDER or -f -');
  if (values.errors !== undefined && values.traffic === undefined)
    throw new UsageError('--errors belongs to --traffic: without requests there is nothing to predict');
  return {
    files: values.file,
    scrapeIntervalMs: durationFlag(
      '--scrape-interval',
      values['scrape-interval'] ?? defaults.scrapeInterval,
    )!,
    traffic: assumedTraffic(values.traffic, values.errors),
    ignored: new Set((values.ignore ?? []).flatMap((codes) => codes.split(',')).map(knownCode)),
    prometheus: prometheusOf(values),
    strict: values.strict ?? false,
    json: outputOf(values.output, ['json']) === 'json',
  };
}

/** What `--traffic` and `--errors` say; undefined without the first. Throws `UsageError`. */
export function assumedTraffic(
  traffic: string | undefined,
  errors: string | undefined,
): AssumedTraffic | undefined {
  if (traffic === undefined) return undefined;
  const requestsPerSecond = rateOf('--traffic', traffic);
  if (requestsPerSecond === 0) throw new UsageError('--traffic: found none; accepted: more than 0 requests');
  return { requestsPerSecond, badShare: badShareOf(errors) };
}

/** The share of bad requests that is assumed, 0 to 1. Throws `UsageError`. */
export const badShareOf = (errors: string | undefined): number =>
  shareOf('--errors', errors ?? defaults.errors);

function knownCode(code: string): string {
  if (allCodes().includes(code)) return code;
  throw new UsageError(`--ignore: there is no warning "${code}"; accepted: ${allCodes().join(', ')}`);
}
