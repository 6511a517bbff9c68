import { z } from 'zod';
import { duration } from './duration.ts';
import { nullable, query, resultType } from './query-metric.ts';
import { dnsLabel, field } from './schema.ts';

export const templateKinds = ['MetricTemplate', 'ClusterMetricTemplate'] as const;

/** What a value of an argument may be as long as. */
const longestValue = 512;

/** An argument that a template asks for. */
const DeclaredArgument = field(
  z.object({
    name: dnsLabel('name', 'Name of the argument: `{{ args.NAME }}` in the query.'),
    description: field(z.string().max(1024), 'What it means, for those who use the template.').optional(),
    default: field(
      z.string().max(longestValue),
      'The value where none is given. Without one the argument is required.',
    ).optional(),
  }),
  'One argument.',
);

export const MetricTemplateSpec = field(
  z.object({
    description: field(z.string().max(1024), 'What the query measures, for those who use it.').optional(),
    args: field(z.array(DeclaredArgument).max(16), 'What the query has to be told.', {
      listType: 'map',
      listMapKeys: ['name'],
    }).optional(),
    query: query(
      ' `{{ args.NAME }}` is replaced by an argument: inside of a string by any text, elsewhere by a number, a duration or a name.',
    ),
    resultType: resultType().optional(),
    nullable: nullable().optional(),
    window: duration(
      'window',
      'How far the query looks back, unless the metric says otherwise: what `{{ window }}` stands for.',
      { min: '1s' },
    ).optional(),
  }),
  'A query that many ModelDeployments can use, with arguments.',
  {
    rules: [
      {
        rule: `self.query.matches('\\\\{\\\\{ *args[.]') || !has(self.args) || size(self.args) == 0`,
        message: 'args are declared, and the query uses none of them: write {{ args.NAME }}',
        fieldPath: '.query',
      },
      {
        rule: `!self.query.matches('\\\\{\\\\{ *args[.]') || (has(self.args) && size(self.args) > 0)`,
        message: 'the query uses an argument, and none is declared in args',
        fieldPath: '.query',
      },
    ],
  },
);
export type MetricTemplateSpec = z.infer<typeof MetricTemplateSpec>;

const GivenArgument = field(
  z.object({
    name: field(z.string().min(1).max(63), 'Name of an argument that the template declares.'),
    value: field(z.string().max(longestValue), 'Its value.'),
  }),
  'One argument.',
);

/** How a metric names the template that its query comes from. */
export const TemplateReference = field(
  z.object({
    kind: field(
      z.enum(templateKinds),
      'A template of the same namespace, or one of the whole cluster. Default: `MetricTemplate`.',
    ).optional(),
    name: field(z.string().min(1).max(253), 'Name of the template.'),
    args: field(z.array(GivenArgument).max(16), 'Values of its arguments.', {
      listType: 'map',
      listMapKeys: ['name'],
    }).optional(),
  }),
  'The query of a MetricTemplate or ClusterMetricTemplate, instead of one of its own. It is read when a rollout begins: a later edit of the template changes nothing in flight.',
);
export type TemplateReference = z.infer<typeof TemplateReference>;

/** What the plan of a rollout keeps of the template that a query came from. */
export const TemplateSource = field(
  z.object({
    kind: field(z.enum(templateKinds), 'Its kind.'),
    name: field(z.string().max(253), 'Its name.'),
    generation: field(z.int().min(0), 'Which of its generations was read.', { format: 'int64' }),
  }),
  'The template that the query came from, for the record.',
);
export type TemplateSource = z.infer<typeof TemplateSource>;
