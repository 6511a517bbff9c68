import type { AssumedTraffic } from '../../domain/strategy/gate-forecast.ts';
import { outputOf } from '../cluster/cluster-flags.ts';
import { durationFlag, parseFlags } from '../flags.ts';
import { rateOf, shareOf } from '../rate.ts';
import { UsageError } from '../usage-error.ts';
import { allCodes } from './warning-codes.ts';

export interface LintOptions {
  files: string[];
  scrapeIntervalMs: number;
  traffic: AssumedTraffic | undefined;
  ignored: ReadonlySet<string>;
  strict: boolean;
  json: boolean;
}

const defaults = { scrapeInterval: '15s', errors: '0.1%' } as const;

export const lintHelp = `Judges manifests without a cluster: by the schemas and rules of the API server, by what no rollout would begin with, and then as an expert
would, with warnings about what is accepted and may be regretted. Objects that are none of Understudy's are left alone.

Usage: understudy lint -f FILE|FOLDER|- [-f ...] [flags]

  -f, --file PATH          a file, a folder with all that lies below it, or - for standard input; several times for several
  --traffic RATE           requests of users, such as 100/s or 30/m: says how long each gate takes to decide, and warns where that is too long
  --errors SHARE           share of requests that are bad with a healthy model, for --traffic; default: ${defaults.errors}
  --scrape-interval TIME   how often Prometheus scrapes, where analysis.interval does not say it; default: ${defaults.scrapeInterval}
  --ignore CODE,CODE       warnings that nobody wants to hear; what is refused is said all the same
  --strict                 warnings count, too: exit code 1
  -o, --output json        one JSON document instead of text
  -h, --help               this text

docs/lint.md lists the warnings.

Exit codes: 0 nothing is refused; 1 something is, or with --strict there are warnings; 3 the command line or a file cannot be used.`;

const flags = {
  file: { type: 'string', short: 'f', multiple: true },
  traffic: { type: 'string' },
  errors: { type: 'string' },
  'scrape-interval': { type: 'string' },
  ignore: { type: 'string', multiple: true },
  strict: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the flags; `help` when they ask for it. Throws `UsageError`. */
export function parseLintOptions(argv: readonly string[]): LintOptions | 'help' {
  const values = parseFlags(argv, flags);
  if (values.help) return 'help';
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
  return { requestsPerSecond, badShare: shareOf('--errors', errors ?? defaults.errors) };
}

function knownCode(code: string): string {
  if (allCodes().includes(code)) return code;
  throw new UsageError(`--ignore: there is no warning "${code}"; accepted: ${allCodes().join(', ')}`);
}
