import type { Metric } from './analysis.ts';
import type { ModelDeploymentSpec } from './model-deployment.ts';

/** The metrics of one place of a spec. */
export interface MetricList {
  /** Such as `spec.strategy.canary.steps[1].metrics`. */
  path: string;
  metrics: Metric[];
}

/** Every list of metrics in a spec: a field named `metrics`, in the analysis or anywhere in a strategy. */
export function metricListsOf({
  analysis,
  strategy,
}: Pick<ModelDeploymentSpec, 'analysis' | 'strategy'>): MetricList[] {
  const found: MetricList[] = [];
  withMetricLists({ analysis, strategy }, (list) => {
    found.push(list);
    return list.metrics;
  });
  return found;
}

/** The same spec with other metrics. Whatever else it holds is the very same. */
export function withMetricLists<Spec extends Pick<ModelDeploymentSpec, 'analysis' | 'strategy'>>(
  spec: Spec,
  change: (list: MetricList) => Metric[],
): Spec {
  const walk = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => {
        const at = `${path}.${name}`;
        const isList = name === 'metrics' && Array.isArray(part);
        return [name, isList ? change({ path: at, metrics: part as Metric[] }) : walk(part, at)];
      }),
    );
  };
  const { analysis, strategy } = spec;
  return {
    ...spec,
    ...(analysis && { analysis: walk(analysis, 'spec.analysis') }),
    ...(strategy && { strategy: walk(strategy, 'spec.strategy') }),
  };
}
