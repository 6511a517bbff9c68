import { z } from 'zod';
import { duration } from './duration.ts';
import { TemplateReference } from './metric-template.ts';
import { presetNames } from './preset-names.ts';
import { conditions, counts, failureLimit, query } from './query-metric.ts';
import { dnsLabel, field, type Rule } from './schema.ts';

/** What is the same in a spec and in the plan of a rollout. */
export const metricName = () =>
  dnsLabel('name', 'Name of the metric, unique in the list. It appears in status, events and metrics.');
export const shareMax = (description: string) => field(z.number().min(0).max(1), description);

export const dryRun = () =>
  field(
    z.boolean(),
    'Measured and shown, and never heard: no verdict of this metric leaves a step, forward or back. Default: false.',
  );

/** What every metric has, whatever its kind. */
const common = () => ({
  name: metricName(),
  initialDelay: duration(
    'initialDelay',
    'Do not ask before the split of the step has been in force for this long. Default: `0s`.',
  ).optional(),
  dryRun: dryRun().optional(),
});

/**
 * What a comparison certifies where the spec leaves it open (design, section 6): a slow request hurts less than a failed one is rare, so
 * that its margin is narrower.
 */
export const comparisonDefaults = {
  errorRate: { passMargin: 2 },
  latency: { passMargin: 1.5 },
} as const;

/** The harm that is accepted where the noise between pods cannot be measured: two revisions of one model are hardly ever alike. */
export const defaultTolerance = 1.1;

/** How a metric that counts compares both revisions. */
const comparison = () => ({
  tolerance: field(
    z.number().min(1).max(5),
    'Harm that is accepted, as a ratio: the candidate fails when it is proved to have more than so many times the bad requests of the stable revision. Default: what the pods of the stable revision differ by, measured when the rollout begins, and at least 1.05; 1.1 where that cannot be measured.',
  ).optional(),
  passMargin: field(
    z.number().min(1.1).max(100),
    'What a Pass certifies, as a ratio: the candidate has less than so many times the bad requests of the stable revision. Default: 2, for kind `latency` 1.5.',
  ).optional(),
});

/** What lies between both ratios is neither harm nor health, so there must be something. */
const passMarginAboveTolerance = (otherwise: { passMargin: number }): Rule => ({
  rule:
    `(has(self.tolerance) ? double(self.tolerance) : 1.0) < ` +
    `(has(self.passMargin) ? double(self.passMargin) : ${asDouble(otherwise.passMargin)})`,
  message: `passMargin (default: ${otherwise.passMargin}) must be greater than tolerance`,
  fieldPath: '.passMargin',
});
const asDouble = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

const ErrorRateMetric = field(
  z.object({
    ...common(),
    ...comparison(),
    kind: z.literal('errorRate'),
    max: shareMax(
      "The greatest share of the candidate's requests that may fail, from 0 to 1, whatever the stable revision does. Used by kind `errorRate`. Default: only the comparison.",
    ).optional(),
  }),
  'Failed requests of both revisions, compared by a sequential test.',
  { rules: [passMarginAboveTolerance(comparisonDefaults.errorRate)] },
);

const LatencyMetric = field(
  z.object({
    ...common(),
    ...comparison(),
    kind: z.literal('latency'),
    objective: field(
      z.object({
        threshold: duration('threshold', 'A request that takes longer than this is too slow.', {
          min: '1ms',
        }),
        max: shareMax('The greatest share of requests that may be too slow, from 0 to 1.'),
      }),
      "How many of the candidate's requests may be slow. Used by kind `latency`. Default: none may be said to be too slow, and the whole distributions of both revisions are compared.",
    ).optional(),
  }),
  'How long the requests of both revisions take, compared by a sequential test.',
  { rules: [passMarginAboveTolerance(comparisonDefaults.latency)] },
);

const QueryMetric = field(
  z.object({
    ...common(),
    kind: z.literal('query'),
    query: query('').optional(),
    template: TemplateReference.optional(),
    ...conditions(),
    ...counts(),
    failureLimit: failureLimit().optional(),
    window: duration(
      'window',
      'How far the query looks back: what `{{ window }}` stands for. The metric is not asked before the split of the step has been in force for so long. Default: `1m`.',
      { min: '1s' },
    ).optional(),
  }),
  'Any query, judged by plain thresholds.',
  {
    rules: [
      {
        rule: 'has(self.query) != has(self.template)',
        message: 'a metric of kind query needs either query or template',
      },
      {
        rule: '!has(self.template) || !has(self.resultType) && !has(self.nullable)',
        message: 'resultType and nullable stand in the template',
        fieldPath: '.template',
      },
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

/** Budgets of mistakes. Each is a probability. */
export const falseRollback = () =>
  field(
    z.number().min(0.0001).max(0.05),
    'How likely it may be that a rollout is taken back by the evidence although the candidate does no harm beyond the tolerance. With more than 0.05 a single bad request could decide. Default: 0.01.',
  );
export const falsePromotion = () =>
  field(
    z.number().min(0.0001).max(0.5),
    'How likely it may be that a gate passes although the candidate is worse than `passMargin` says. Default: 0.05.',
  );

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
    falseRollback: falseRollback().optional(),
    falsePromotion: falsePromotion().optional(),
    warmUp: duration(
      'warmUp',
      "How long the first requests are not counted: where pods count their own requests, those of each pod's first time after it became ready; where a gateway counts, those after the candidate got its first ones. Queries are asked all the same. Default: `0s`.",
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
