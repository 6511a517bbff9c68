import type { Metric } from '../../api/analysis.ts';
import { withMetricLists } from '../../api/metric-lists.ts';
import type { MetricTemplateSpec, TemplateReference } from '../../api/metric-template.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { Reason } from '../../api/reasons.ts';
import { checkQuery } from './check-expressions.ts';
import { ArgumentError, withArguments } from './template-arguments.ts';

/** The templates that the metrics of a spec may name. */
export interface Templates {
  /** Undefined where there is none, `invalid` where a stored one breaks the rules of its kind. */
  find(reference: TemplateReference): FoundTemplate | { invalid: string } | undefined;
  /** What could be named instead. */
  names(kind: TemplateReference['kind']): string[];
}

export interface FoundTemplate {
  generation: number;
  spec: MetricTemplateSpec;
}

/** Why a metric of a spec can never be measured or judged. */
export interface MetricProblem {
  reason: Extract<Reason, 'TemplateNotFound' | 'InvalidTemplate' | 'InvalidQuery' | 'InvalidExpression'>;
  /** Begins with the path of the field; says what was found and what is accepted. */
  message: string;
}

type QueryMetric = Extract<Metric, { kind: 'query' }>;

/** A query in a plan is not longer. */
const longestQuery = 4096;

/**
 * The spec with the queries of templates in place of their names, and everything that is wrong with its queries and conditions. A
 * metric whose template cannot be used is left out; then there is a problem, and no rollout begins.
 */
export function resolveMetrics<Spec extends Pick<ModelDeploymentSpec, 'analysis' | 'strategy'>>(
  spec: Spec,
  templates: Templates,
): { spec: Spec; problems: MetricProblem[] } {
  const problems: MetricProblem[] = [];
  const resolved = withMetricLists(spec, ({ path, metrics }) =>
    metrics.flatMap((metric, index): Metric[] => {
      if (metric.kind !== 'query') return [metric];
      const at = `${path}[${index}]`;
      const inlined = metric.template ? inline(metric, metric.template, templates) : metric;
      if ('reason' in inlined) {
        problems.push({ reason: inlined.reason, message: `${at}.template${inlined.message}` });
        return [];
      }
      for (const { field, reason, words } of checkQuery(inlined))
        problems.push({
          reason,
          message: `${at}.${metric.template && field === 'query' ? 'template' : field}: ${words}`,
        });
      return [inlined];
    }),
  );
  return { spec: resolved, problems };
}

function inline(
  metric: QueryMetric,
  reference: TemplateReference,
  templates: Templates,
): QueryMetric | MetricProblem {
  const { kind = 'MetricTemplate', name } = reference;
  const found = templates.find(reference);
  if (!found) {
    const names = templates.names(kind);
    const accepted = names.length > 0 ? shortList(names) : `the name of a ${kind}, and there is none`;
    return {
      reason: 'TemplateNotFound',
      message: `: found ${kind} "${name}", which does not exist; accepted: ${accepted}`,
    };
  }
  const invalid = (message: string): MetricProblem => ({ reason: 'InvalidTemplate', message });
  if ('invalid' in found) return invalid(`: ${found.invalid}`);
  const { args = [], query, window, resultType, nullable } = found.spec;
  const declared = new Map(args.map((arg) => [arg.name, arg.default]));
  const given = new Map(reference.args?.map((arg) => [arg.name, arg.value]));
  const unknown = [...given.keys()].find((arg) => !declared.has(arg));
  if (unknown !== undefined) {
    const accepted =
      declared.size > 0 ? [...declared.keys()].join(', ') : `none, for ${kind} "${name}" declares none`;
    return invalid(`.args: found "${unknown}"; accepted: ${accepted}`);
  }
  const values = new Map<string, string>();
  for (const [arg, otherwise] of declared) {
    const value = given.get(arg) ?? otherwise;
    if (value === undefined)
      return invalid(`.args: found no "${arg}", which ${kind} "${name}" requires; accepted: any text`);
    values.set(arg, value);
  }
  try {
    const rendered = withArguments(query, values);
    if (rendered.length > longestQuery)
      return invalid(
        `: the query has ${rendered.length} characters with its arguments; accepted: at most ${longestQuery}`,
      );
    const lookback = metric.window ?? window;
    return {
      ...metric,
      query: rendered,
      template: { kind, name, generation: found.generation },
      ...(lookback !== undefined && { window: lookback }),
      ...(resultType !== undefined && { resultType }),
      ...(nullable !== undefined && { nullable }),
    } as QueryMetric;
  } catch (error) {
    if (error instanceof ArgumentError) return invalid(`: ${error.message}`);
    throw error;
  }
}

/** So many names help; more are a list to be looked up. */
const mostNames = 10;

const shortList = (names: readonly string[]): string =>
  names.slice(0, mostNames).join(', ') + (names.length > mostNames ? ', ...' : '');
