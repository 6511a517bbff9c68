import type { Metric } from '../../../api/analysis.ts';
import { metricListsOf } from '../../../api/metric-lists.ts';
import { QueryTemplateError, renderQuery } from '../../../domain/analysis/query-template.ts';
import { MetricsError } from '../../../metrics-source/metrics-error.ts';
import { Syntax } from '../../../simulation/metrics/promql/syntax.ts';
import type { ModelSubject } from './warning.ts';

/** A metric of kind query as the controller reads it. */
export interface FoundQuery {
  /** Where its query is written: of one with a template, the reference. */
  path: string;
  /** Path of the metric. */
  metricPath: string;
  query: string;
  window: string | undefined;
}

/** Every query that could be read, with its path in the manifest; those of unknown templates are left out. */
export function queriesOf({ deployment, resolved }: ModelSubject): FoundQuery[] {
  const lists = new Map(metricListsOf(resolved).map(({ path, metrics }) => [path, metrics]));
  return metricListsOf(deployment.spec).flatMap(({ path, metrics }) =>
    metrics.flatMap((written, index) => {
      const metric: Metric | undefined = lists.get(path)?.find(({ name }) => name === written.name);
      if (written.kind !== 'query' || metric?.kind !== 'query' || metric.query === undefined) return [];
      const metricPath = `${path}[${index}]`;
      const field = written.template ? 'template' : 'query';
      return [{ path: `${metricPath}.${field}`, metricPath, query: metric.query, window: metric.window }];
    }),
  );
}

const anyArm = { revision: 'bbbbbbbbbb', service: 'name-bbbbbbbbbb', port: 80 };
const anyScope = { namespace: 'namespace', name: 'name', candidate: anyArm, stable: anyArm };

/** What is wrong with the syntax of a query, in words; undefined where nothing is. */
export function promqlFault(query: string): string | undefined {
  try {
    Syntax.of(renderQuery(query, { ...anyScope, measures: () => 'measure' }));
    return undefined;
  } catch (error) {
    // A variable that does not exist is refused, and said elsewhere.
    if (error instanceof QueryTemplateError) return undefined;
    if (error instanceof MetricsError) return error.message;
    throw error;
  }
}
