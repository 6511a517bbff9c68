import { formatDuration, longestDurationMs, parseDuration } from '../../api/duration.ts';
import { presetNames, type PresetName } from '../../api/preset-names.ts';
import { durationFlag, parseFlags, usable } from '../flags.ts';
import { UsageError } from '../usage-error.ts';

export interface AnalyzeOptions {
  url: string;
  file: string;
  fromMs: number;
  toMs: number;
  namespace: string | undefined;
  candidate: string | undefined;
  stable: string | undefined;
  mirrored: boolean;
  preset: PresetName | 'auto' | undefined;
  intervalMs: number | undefined;
  scrapeIntervalMs: number | undefined;
  timeout: string;
  bearerTokenFile: string | undefined;
  caFile: string | undefined;
  json: boolean;
}

export const analyzeHelp = `Replays the judge over recorded history: what would it have decided of a rollout, and when? It needs a Prometheus and the manifest,
and no cluster. The same questions, counts and tests as in the controller, as if one step had begun at --from and lasted until --to.

Usage: understudy analyze --prometheus URL --from TIME [--to TIME] -f FILE [--candidate WHO] [--stable WHO] [flags]

  --prometheus URL         where its HTTP API begins; what comes before /api/v1 is kept
  --from TIME              when both revisions had requests: a time such as 2026-03-01T10:00:00Z, or how long ago, such as 2h
  --to TIME                the end, written likewise; default: now
  -f, --file FILE          the manifest of the candidate, with one ModelDeployment in it; - reads standard input
  --candidate WHO          its revision or its Service; default: the manifest's revision, else the later one of two that are found
  --stable WHO             whom it is compared with; default: the only other revision that is found
  --mirrored               the candidate had copies of the requests: its Service with -mirror is read
  -n, --namespace NAME     default: the manifest's, else "default"
  --preset NAME            who counted the requests; default: the manifest's, else what fits the series that are found
  --interval TIME          how often the gate looks; default: the manifest's, else at every scrape
  --scrape-interval TIME   how often the counters were scraped; default: as the samples show it
  --timeout TIME           how long a query may take; default: 30s
  --bearer-token-file F    a file with a bearer token for Prometheus
  --ca-file F              a file with the certificate authority of Prometheus, as PEM
  --json                   one JSON document instead of text, with the odds of every look
  -h, --help               this text

Exit codes: 0 it decided, Pass or Fail; 2 it did not; 3 the command line, the file or what Prometheus has cannot be used; 1 a fault of ours.`;

/** A month: Prometheus refuses more points than that has, and no rollout takes so long. */
const longestSpanMs = 30 * 24 * 3_600_000;

const flags = {
  prometheus: { type: 'string' },
  file: { type: 'string', short: 'f' },
  from: { type: 'string' },
  to: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  candidate: { type: 'string' },
  stable: { type: 'string' },
  mirrored: { type: 'boolean' },
  preset: { type: 'string' },
  interval: { type: 'string' },
  'scrape-interval': { type: 'string' },
  timeout: { type: 'string' },
  'bearer-token-file': { type: 'string' },
  'ca-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the flags; `help` when they ask for it. Throws `UsageError`. */
export function parseAnalyzeOptions(argv: readonly string[], nowMs: number): AnalyzeOptions | 'help' {
  const values = parseFlags(argv, flags);
  if (values.help) return 'help';
  const { prometheus, file, from } = values;
  if (prometheus === undefined) throw new UsageError('analyze needs a Prometheus: --prometheus URL');
  if (from === undefined) throw new UsageError('analyze needs a beginning: --from TIME');
  if (file === undefined) throw new UsageError('analyze needs the manifest of the candidate: -f FILE');
  const fromMs = timeOf('--from', from, nowMs);
  const toMs = values.to === undefined ? nowMs : timeOf('--to', values.to, nowMs);
  if (toMs <= fromMs) throw new UsageError('--to: it must be later than --from');
  if (toMs - fromMs > longestSpanMs) {
    const found = formatDuration(Math.round((toMs - fromMs) / 3_600_000) * 3_600_000);
    throw new UsageError(
      `--from and --to are ${found} apart; accepted: up to ${formatDuration(longestSpanMs)}`,
    );
  }
  const limits = ['--interval', '--scrape-interval'] as const;
  const [intervalMs, scrapeIntervalMs] = limits.map((flag) => {
    const ms = durationFlag(flag, values[flag.slice(2) as 'interval' | 'scrape-interval']);
    if (ms !== undefined && ms < 100)
      throw new UsageError(`${flag}: found ${ms}ms; accepted: 100ms and more`);
    return ms;
  });
  return {
    url: prometheus,
    file,
    fromMs,
    toMs,
    namespace: values.namespace,
    candidate: values.candidate,
    stable: values.stable,
    mirrored: values.mirrored ?? false,
    preset: presetOf(values.preset),
    intervalMs,
    scrapeIntervalMs,
    timeout: values.timeout ?? '30s',
    bearerTokenFile: values['bearer-token-file'],
    caFile: values['ca-file'],
    json: values.json ?? false,
  };
}

const withZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since the epoch of a time, or of so long ago. */
function timeOf(flag: string, text: string, nowMs: number): number {
  if (withZone.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  if (/^\d{4}-/.test(text)) {
    throw new UsageError(
      `${flag}: "${text}" is no time; accepted: one with its zone such as 2026-03-01T10:00:00Z, or how long ago such as 2h`,
    );
  }
  return (
    nowMs -
    Math.min(
      longestDurationMs,
      usable(flag, () => parseDuration(text)),
    )
  );
}

function presetOf(name: string | undefined): PresetName | 'auto' | undefined {
  const accepted = ['auto', ...presetNames] as const;
  const known = accepted.find((one) => one === name);
  if (name === undefined || known) return known;
  throw new UsageError(`--preset: there is no preset "${name}"; accepted: ${accepted.join(', ')}`);
}
