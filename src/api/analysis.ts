import { z } from 'zod';
import { duration } from './duration.ts';
import { presetNames } from './preset-names.ts';
import { dnsLabel, field } from './schema.ts';

/** What is the same in a spec and in the plan of a rollout. */
export const metricName = () =>
  dnsLabel('name', 'Name of the metric, unique in the list. It appears in status, events and metrics.');
export const shareMax = (description: string) => field(z.number().min(0).max(1), description);

const expression = (description: string) => field(z.string().min(1).max(1024), description);
export const queryFields = () => ({
  query: field(
    z.string().min(1).max(4096),
    'Query for the source, which must give one number. `{{ candidate.revision }}`, `{{ stable.revision }}`, `{{ namespace }}`, `{{ name }}` and `{{ window }}` are replaced.',
  ),
  pass: expression(
    'CEL over `result`, a double: true lets the gate pass, false counts as a failure. Example: `result < 0.9`.',
  ).optional(),
  fail: expression(
    'CEL over `result`, a double: true counts as a failure. With `pass` too, what is neither is Inconclusive.',
  ).optional(),
});

/** What every metric has, whatever its kind. */
const common = () => ({
  name: metricName(),
  startDelay: duration(
    'startDelay',
    'Do not ask before the split of the step has been in force for this long. Default: `0s`.',
  ).optional(),
});

const ErrorRateMetric = z.object({
  ...common(),
  kind: z.literal('errorRate'),
  max: shareMax(
    "The greatest share of the candidate's requests that may fail, from 0 to 1. Used by kind `errorRate`.",
  ),
});

const LatencyMetric = z.object({
  ...common(),
  kind: z.literal('latency'),
  objective: field(
    z.object({
      threshold: duration('threshold', 'A request that takes longer than this is too slow.', { min: '1ms' }),
      max: shareMax('The greatest share of requests that may be too slow, from 0 to 1.'),
    }),
    "How many of the candidate's requests may be slow. Used by kind `latency`.",
  ),
});

const QueryMetric = field(
  z.object({
    ...common(),
    kind: z.literal('query'),
    ...queryFields(),
    window: duration(
      'window',
      'How far the query looks back: what `{{ window }}` stands for. The metric is not asked before the split of the step has been in force for so long. Default: `1m`.',
      { min: '1s' },
    ).optional(),
    failureLimit: field(
      z.int().min(0).max(1000),
      'How many failures on one step are tolerated before the gate fails. Default: 0.',
      { format: 'int32' },
    ).optional(),
  }),
  'Any query, judged by plain thresholds.',
  {
    rules: [
      {
        rule: 'has(self.pass) || has(self.fail)',
        message: 'a metric of kind query needs pass or fail: without either no result means anything',
      },
    ],
  },
);

export const Metric = field(
  z.discriminatedUnion('kind', [ErrorRateMetric, LatencyMetric, QueryMetric]),
  'One question that gates ask. Its fields depend on `kind`.',
);
export type Metric = z.infer<typeof Metric>;

/** Whose counters of requests and latency are read. */
export const preset = (description: string) => field(z.enum(['auto', ...presetNames]), description);

/** Decisions for when the evidence does not suffice; each with what it means. */
export const onInconclusive = () => z.enum(['pause', 'rollback', 'promote']);
export const onNoData = () => z.enum(['hold', 'rollback']);

export const Analysis = field(
  z.object({
    source: dnsLabel(
      'source',
      "Name of a metrics source in the controller's configuration. Default: `default`.",
    ).optional(),
    preset: preset(
      "Whose counters of requests and latency are read. Default: `auto`, the gateway's where it is known, otherwise the model server's by the series that its pods show.",
    ).optional(),
    interval: duration('interval', "How often the gate looks. Default: the source's scrape interval.", {
      min: '1s',
    }).optional(),
    minRequests: field(
      z.int().min(1).max(1_000_000_000),
      'A gate that counts requests does not pass before the candidate had this many on the step. Default: 100.',
      { format: 'int32' },
    ).optional(),
    metrics: field(
      z.array(Metric).max(16),
      'What each gate asks. Default: nothing but `hold` and readiness.',
      {
        listType: 'map',
        listMapKeys: ['name'],
      },
    ).optional(),
    onInconclusive: field(
      onInconclusive(),
      'What happens when `maxHold` is over without a Pass. Default: `pause`, which waits for a person.',
    ).optional(),
    onNoData: field(
      onNoData(),
      'What happens when the metrics have been silent for `noDataFor`. Default: `hold`, which waits for data.',
    ).optional(),
    noDataFor: duration('noDataFor', 'How long silent metrics are waited for. Default: `10m`.').optional(),
  }),
  'The evidence on which a step is left, forward or back.',
);
export type Analysis = z.infer<typeof Analysis>;
