import { labelBounds } from '../../src/observability/label-bounds.ts';
import { stringOf, Syntax } from '../../src/simulation/metrics/promql/syntax.ts';
import { type MetricFact, registeredMetrics } from '../generate/metrics-page.ts';

/** What a scrape adds to every series. */
const scraped = ['job', 'instance', 'namespace', 'pod'];

const metrics = new Map(registeredMetrics().map((metric) => [metric.name, metric]));

/**
 * What is wrong with a PromQL expression over the controller's metrics, in words: a metric that no registry has, a label that the metric
 * has not, a value that the label never has. `variables`: values such as `$namespace` that something else fills in.
 */
export function expressionProblems(expression: string): string[] {
  const syntax = Syntax.of(expression);
  const selectors = syntax.all('VectorSelector').map(readSelector);
  const known = new Set([...scraped, ...selectors.flatMap(({ labels }) => labels)]);
  const grouped = syntax.all('GroupingLabels').flatMap((labels) => labels.all('LabelName'));
  return [
    ...(selectors.length === 0 ? [`${expression}: names no metric`] : []),
    ...selectors.flatMap(({ problems }) => problems),
    ...grouped.flatMap(({ text }) => (known.has(text) ? [] : [`no metric here has the label ${text}`])),
  ];
}

/** The labels that the result of an expression can have. */
export function labelsOf(expression: string): Set<string> {
  const selectors = Syntax.of(expression).all('VectorSelector').map(readSelector);
  return new Set([...scraped, ...selectors.flatMap(({ labels }) => labels)]);
}

function readSelector(selector: Syntax): { labels: string[]; problems: string[] } {
  const name = selector.child('Identifier')?.text ?? '';
  const metric = metricOf(name);
  if (!metric) return { labels: [], problems: [`${name}: no such metric`] };
  const labels = [...metric.labels, ...(name.endsWith('_bucket') ? ['le'] : [])];
  const matchers = selector.child('LabelMatchers')?.children ?? [];
  const problems = matchers.flatMap(({ children: [label, operator, literal] }) => {
    const of = label?.text ?? '';
    if (![...labels, ...scraped].includes(of)) return [`${name}: has no label ${of}`];
    const { values } = labelBounds[of] ?? {};
    if (!values || !labels.includes(of)) return [];
    const written = stringOf(literal?.text ?? '""');
    if (written.startsWith('$')) return [];
    const said = operator?.text.includes('~') ? written.split('|') : [written];
    return said.flatMap((value) => (values.includes(value) ? [] : [`${name}: ${of} is never ${value}`]));
  });
  return { labels, problems };
}

/** A histogram is asked for by the series that it is made of. */
function metricOf(name: string): MetricFact | undefined {
  const whole = metrics.get(name);
  if (whole) return whole.type === 'histogram' ? undefined : whole;
  const base = metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
  return base?.type === 'histogram' ? base : undefined;
}
