import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { QueryTemplateError, renderQuery } from '../../domain/analysis/query-template.ts';
import { MetricsError } from '../../metrics-source/metrics-error.ts';
import { evaluate } from '../metrics/promql/evaluate.ts';
import { metricNames } from '../metrics/promql/selectors.ts';
import { Syntax } from '../metrics/promql/syntax.ts';
import { SeriesStore } from '../metrics/series-store.ts';
import { exposedNames } from '../traffic/gateway-counters.ts';

const arm = { revision: 'revision', service: 'service', port: 80 };
const scope = { namespace: 'namespace', name: 'name', candidate: arm, stable: arm };

/** Which metrics of kind `query` the simulated Prometheus can say nothing about, and why; in words. */
export function unknownQueries(spec: ModelDeploymentSpec): string[] {
  const { analysis, traffic } = withDefaults(spec);
  const known = new Set(traffic.kind === 'gatewayAPI' ? ['up', ...exposedNames] : ['up']);
  return analysis.metrics.flatMap((metric) => {
    if (metric.kind !== 'query') return [];
    const problem = problemOf(metric.query, known);
    return problem === undefined ? [] : `metric ${metric.name}: ${problem}; it will say NoData`;
  });
}

function problemOf(template: string, known: ReadonlySet<string>): string | undefined {
  try {
    const query = renderQuery(template, scope);
    evaluate(new SeriesStore(0), query, 0);
    const unknown = metricNames(Syntax.of(query)).filter((name) => name !== undefined && !known.has(name));
    if (unknown.length === 0) return undefined;
    return `the simulated Prometheus knows nothing of ${[...new Set(unknown)].join(', ')}`;
  } catch (error) {
    if (error instanceof MetricsError || error instanceof QueryTemplateError) return error.message;
    throw error;
  }
}
