import type { Metric } from '../../../api/analysis.ts';
import { labelName, UniqueNames } from '../names.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import type { FlaggerTemplates, TemplateUse } from './flagger-templates.ts';
import { flaggerQuery } from './flagger-query.ts';

type QueryMetric = Extract<Metric, { kind: 'query' }>;

/** What a Canary measures, in our kinds. */
export interface CanaryMetrics {
  /** Counted at the gateway: both revisions are compared. */
  compared: Metric[];
  queries: Metric[];
}

interface MetricContext {
  templates: FlaggerTemplates;
  namespace: string | undefined;
  /** Of the Ingress that the Canary names, for queries that ask for it. */
  ingress: string | undefined;
  hasGateway: boolean;
  /** How many failed checks end a rollout. */
  threshold: number;
}

/** Reads `analysis.metrics`. */
export function canaryMetrics(node: SourceNode, context: MetricContext): CanaryMetrics {
  const names = new UniqueNames();
  const metrics: CanaryMetrics = { compared: [], queries: [] };
  for (const item of node.items()) {
    const given = item.at('name').text() ?? 'metric';
    const isBuiltIn = given === 'request-success-rate' || given === 'request-duration';
    if (isBuiltIn && !item.at('templateRef').isPresent && !item.at('query').isPresent) {
      const metric = comparedMetric(item, given, names, context);
      if (metric) metrics.compared.push(metric);
      continue;
    }
    const metric = queryMetric(item, names, given, context);
    if (metric) metrics.queries.push(metric);
  }
  return metrics;
}

const limitsOf = (item: SourceNode): { min: number | undefined; max: number | undefined } => ({
  min: item.at('thresholdRange', 'min').number(),
  max: item.at('thresholdRange', 'max').number(),
});

/** The metrics that Flagger has by itself. */
function comparedMetric(
  item: SourceNode,
  given: string,
  names: UniqueNames,
  { hasGateway }: MetricContext,
): Metric | undefined {
  if (!hasGateway) {
    item.dropped(
      'requests are counted at a gateway, and none is known: --gateway NAMESPACE/NAME names one; the metric is left out',
    );
    return undefined;
  }
  item.at('interval').dropped('requests are counted one by one, over the whole step: there is no window');
  const { min, max } = limitsOf(item);
  const legacy = item.at('threshold').number();
  const name = names.claim(given);
  if (given === 'request-success-rate') {
    const least = min ?? legacy;
    const share = least === undefined ? undefined : Math.round((100 - least) * 1e6) / 1e8;
    item.saidOf(
      'changed',
      'the candidate is compared with the stable revision (kind errorRate), and may not fail more requests than the range allows',
    );
    return {
      name,
      kind: 'errorRate',
      ...(share !== undefined && share >= 0 && share <= 1 && { max: share }),
    };
  }
  const thresholdMs = max ?? legacy;
  item.saidOf(
    'changed',
    'the candidate is compared with the stable revision (kind latency); of its requests 1 % may take longer, as the 99th percentile says',
  );
  if (thresholdMs === undefined) return { name, kind: 'latency' };
  return {
    name,
    kind: 'latency',
    objective: { threshold: durationText(Math.max(1, Math.round(thresholdMs))), max: 0.01 },
  };
}

function queryMetric(
  item: SourceNode,
  names: UniqueNames,
  given: string,
  context: MetricContext,
): Metric | undefined {
  const pass = passOf(item);
  const asked = item.at('templateRef').isPresent ? templated(item, context) : inline(item);
  const windowMs = item.at('interval').durationMs();
  if (!asked) return undefined;
  if (pass === undefined) {
    item.dropped('without a range no result means anything; the metric is left out');
    return undefined;
  }
  return {
    name: names.claim(labelName(given)),
    kind: 'query',
    ...asked,
    pass,
    ...(context.threshold > 1 && { failureLimit: Math.min(1_000, context.threshold - 1) }),
    ...(windowMs !== undefined && { window: durationText(Math.max(1_000, windowMs)) }),
  };
}

/** The accepted range; `threshold`, which came before it, is the most. */
function passOf(item: SourceNode): string | undefined {
  const { min, max } = limitsOf(item);
  const most = max ?? item.at('threshold').number();
  const double = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
  const parts = [
    ...(min === undefined ? [] : [`result >= ${double(min)}`]),
    ...(most === undefined ? [] : [`result <= ${double(most)}`]),
  ];
  return parts.length > 0 ? parts.join(' && ') : undefined;
}

function inline(item: SourceNode): Pick<QueryMetric, 'query'> | undefined {
  const node = item.at('query');
  const found = flaggerQuery(node);
  if (found && found.args.length === 0) return { query: found.query };
  if (!node.isPresent) item.dropped('it is none that is known here, and names no template; it is left out');
  else if (found) node.dropped(`nothing says what ${found.args.join(', ')} is; the metric is left out`);
  return undefined;
}

function templated(
  item: SourceNode,
  { templates, namespace, ingress }: MetricContext,
): Pick<QueryMetric, 'template'> | undefined {
  const reference = item.at('templateRef');
  const name = reference.at('name').text() ?? '';
  const itsNamespace = reference.at('namespace').text() ?? namespace;
  const values = new Map<string, string>();
  if (ingress !== undefined) values.set('ingress', ingress);
  for (const [variable, value] of item.at('templateVariables').entries())
    values.set(labelName(variable), value.text() ?? '');
  const use = templates.use(name, itsNamespace, namespace);
  if (use === undefined) {
    reference.missing(
      `MetricTemplate "${name}" is in none of the files: give it too, or its metric is not asked`,
    );
    return undefined;
  }
  if (use === 'lost') {
    reference.dropped('its template cannot be asked here; the metric is left out');
    return undefined;
  }
  const open = use.args.filter((arg) => !values.has(arg));
  if (open.length > 0) {
    reference.missing(
      `the query asks for ${open.join(', ')}: give it in templateVariables; the metric is left out`,
    );
    return undefined;
  }
  return { template: referenceOf(use, values) };
}

const referenceOf = (
  { kind, name, args }: TemplateUse,
  values: ReadonlyMap<string, string>,
): NonNullable<QueryMetric['template']> => ({
  ...(kind && { kind }),
  name,
  ...(args.length > 0 && { args: args.map((arg) => ({ name: arg, value: values.get(arg)! })) }),
});
