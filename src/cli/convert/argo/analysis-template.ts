import type { MetricTemplateSpec } from '../../../api/metric-template.ts';
import { convertCondition } from '../condition.ts';
import { labelName, objectName } from '../names.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import { type JobCheck, readJobCheck } from './job-check.ts';
import { droppedProviders, promQuery } from './provider.ts';

/** A metric of an AnalysisTemplate that can be asked here. */
export interface ArgoMetric {
  name: string;
  /** The MetricTemplate that holds its query. */
  template: string;
  /** With `{{ args.NAME }}` in it. */
  query: string;
  resultType?: 'vector';
  nullable?: true;
  /** Conditions and counts, as a metric of kind query has them. */
  judgement: {
    pass?: string;
    fail?: string;
    count?: number;
    failureLimit?: number;
    consecutiveSuccessLimit?: number;
    initialDelay?: string;
    dryRun?: true;
  };
  intervalMs?: number;
}

export interface ArgoTemplate {
  metrics: ArgoMetric[];
  /** Jobs, which are gates where their analysis stands at a moment of one. */
  checks: JobCheck[];
  /** Metrics that were left out. */
  lost: string[];
  /** Defaults of arguments, by the names that they have here. */
  args: Map<string, string | undefined>;
  /** Other templates that it consists of. */
  nested: { name: string; isCluster: boolean }[];
}

/** Reads an AnalysisTemplate or ClusterAnalysisTemplate. */
export function readArgoTemplate(root: SourceNode): ArgoTemplate {
  const spec = root.at('spec');
  const templateName = root.at('metadata', 'name').text() ?? 'analysis';
  const args = readArgs(spec.at('args'));
  const dry = dryRunNames(spec.at('dryRun'));
  spec
    .at('measurementRetention')
    .dropped('a record keeps the counts of all measurements, and no single ones');
  const nodes = spec.at('metrics').items();
  const metrics: ArgoMetric[] = [];
  const checks: JobCheck[] = [];
  const lost: string[] = [];
  for (const node of nodes) {
    if (node.at('provider', 'job').isPresent) {
      const given = node.at('name').text() ?? templateName;
      const check = readJobCheck(node, labelName(given), dry(given) || dry(labelName(given)));
      if (check) checks.push(check);
      else lost.push(given);
      continue;
    }
    const metric = readMetric(node, templateName, nodes.length === 1);
    if (metric && dry(metric.name)) metric.judgement.dryRun = true;
    if (metric) {
      metrics.push(metric);
      // What a query names and nobody declares has to be given.
      for (const [, arg] of metric.query.matchAll(/\{\{\s*args\.([^}\s]+)\s*\}\}/g))
        if (!args.has(arg!)) args.set(arg!, undefined);
    } else lost.push(String(node.at('name').raw ?? node.path));
  }
  return { metrics, checks, lost, args, nested: spec.at('templates').items().map(templateReference) };
}

export const templateReference = (node: SourceNode): { name: string; isCluster: boolean } => ({
  name: node.at('templateName').text() ?? '',
  isCluster: node.at('clusterScope').flag() ?? false,
});

function readArgs(node: SourceNode): Map<string, string | undefined> {
  const args = new Map<string, string | undefined>();
  for (const item of node.items()) {
    const given = item.at('name').text() ?? '';
    const name = labelName(given);
    if (name !== given) item.at('name').changed(`called "${name}": names of arguments are DNS labels here`);
    item
      .at('valueFrom')
      .dropped(
        'no argument is read from a Secret or field: queries hold no credentials, the metrics source has its own',
      );
    args.set(name, item.at('value').text());
  }
  return args;
}

/** Names of metrics that decide nothing, as regular expressions. */
export function dryRunNames(node: SourceNode): (name: string) => boolean {
  const patterns = node.items().map((item) => item.at('metricName').text() ?? '');
  return (name) =>
    patterns.some((pattern) => {
      try {
        return pattern === name || new RegExp(`^(?:${pattern})$`).test(name);
      } catch {
        return false;
      }
    });
}

function readMetric(node: SourceNode, templateName: string, isOnly: boolean): ArgoMetric | undefined {
  const name = labelName(node.at('name').text() ?? templateName);
  const provider = node.at('provider');
  const prometheus = provider.at('prometheus');
  droppedProviders(provider);
  if (!prometheus.isPresent) {
    // Whatever else is said of it belongs to an answer that nobody asks for.
    node.take();
    return undefined;
  }
  const query = promQuery(prometheus);
  const conditions = readConditions(node);
  const counts = readCounts(node);
  node
    .at('inconclusiveLimit')
    .changed('how long a step may stay undecided is its maxHold; then analysis.onInconclusive decides');
  node
    .at('consecutiveErrorLimit')
    .changed(
      'an error of the source is never a failure here: the step holds, and after analysis.noDataFor analysis.onNoData decides',
    );
  const interval = node.at('interval');
  const intervalMs = interval.durationMs();
  interval.changed(
    'all metrics of a ModelDeployment are asked at one interval, analysis.interval: the shortest',
  );
  if (query === undefined || conditions === undefined) return undefined;
  const { resultType, nullable, ...judged } = conditions;
  return {
    name,
    template: objectName(isOnly ? templateName : `${templateName}-${name}`),
    query,
    ...(resultType && { resultType }),
    ...(nullable && { nullable }),
    judgement: { ...judged, ...counts },
    ...(intervalMs !== undefined && { intervalMs }),
  };
}

type Conditions = Pick<ArgoMetric, 'resultType' | 'nullable'> &
  Pick<ArgoMetric['judgement'], 'pass' | 'fail'>;

function readConditions(node: SourceNode): Conditions | undefined {
  const conditions: Conditions = {};
  let isUsable = true;
  for (const [field, ours] of [
    ['successCondition', 'pass'],
    ['failureCondition', 'fail'],
  ] as const) {
    const given = node.at(field);
    const text = given.text();
    if (text === undefined || text === '') continue;
    const converted = convertCondition(text);
    if (!converted || (conditions.resultType ?? converted.resultType) !== converted.resultType) {
      given.dropped(`no condition on a number or on series: ${text}; the metric is left out`);
      isUsable = false;
      continue;
    }
    if (/\bis(NaN|Inf)\b/.test(text))
      given.changed(
        'a value that is no number is NoData here, which holds the step, whatever the condition says',
      );
    if (converted.resultType) conditions.resultType = converted.resultType;
    if (converted.nullable) conditions.nullable = true;
    conditions[ours] = converted.expression;
  }
  if (!isUsable) return undefined;
  if (conditions.pass === undefined && conditions.fail === undefined) {
    node.dropped('without a condition no result means anything; the metric is left out');
    return undefined;
  }
  return conditions;
}

function readCounts(node: SourceNode): Partial<ArgoMetric['judgement']> {
  const limit = (field: string, least: number) => {
    const value = node.at(field).number();
    if (value === undefined) return undefined;
    return Math.min(1_000, Math.max(least, Math.round(value)));
  };
  const count = limit('count', 1);
  const unlimited = Number(node.at('failureLimit').raw) < 0;
  if (unlimited) {
    node
      .at('failureLimit')
      .changed('no number of failures is too many there; here at most 1000 of a step are');
  }
  const failureLimit = unlimited ? 1_000 : limit('failureLimit', 0);
  const consecutiveSuccessLimit = limit('consecutiveSuccessLimit', 1);
  const delayMs = node.at('initialDelay').durationMs();
  return {
    ...(count !== undefined && { count }),
    ...(failureLimit ? { failureLimit } : {}),
    ...(consecutiveSuccessLimit !== undefined && { consecutiveSuccessLimit }),
    ...(delayMs !== undefined && { initialDelay: durationText(delayMs) }),
  };
}

/** The arguments that a query names, in the order in which they are declared. */
export const argumentsIn = (query: string, declared: Iterable<string>): string[] =>
  [...declared].filter((name) => new RegExp(`\\{\\{\\s*args\\.${name}\\s*\\}\\}`).test(query));

/** The query of a metric as a template of ours, with the arguments that it names. */
export function metricTemplateSpec(metric: ArgoMetric, args: ArgoTemplate['args']): MetricTemplateSpec {
  const { pass, fail } = metric.judgement;
  const conditions = [pass && `pass: ${pass}`, fail && `fail: ${fail}`].filter(Boolean).join('; ');
  const named = argumentsIn(metric.query, args.keys());
  return {
    description:
      `Was judged by ${conditions}. Conditions stand in the metric that names this template.`.slice(0, 1024),
    ...(named.length > 0 && {
      args: named.map((name) => {
        const value = args.get(name);
        return { name, ...(value !== undefined && { default: value }) };
      }),
    }),
    query: metric.query,
    ...(metric.resultType && { resultType: metric.resultType }),
    ...(metric.nullable && { nullable: metric.nullable }),
  };
}
