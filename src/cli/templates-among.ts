import { templateKinds } from '../api/metric-template.ts';
import { readMetricTemplate } from '../api/validation/parse-object.ts';
import type { Templates } from '../domain/analysis/resolve-metrics.ts';

/** An object of a file. */
interface FileObject {
  kind?: unknown;
  metadata?: { name?: unknown };
  [field: string]: unknown;
}

/** The MetricTemplates and ClusterMetricTemplates among objects of files, whatever their namespace: they came together. */
export function templatesAmong(objects: readonly FileObject[]): Templates {
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    find: ({ kind = templateKinds[0], name }) => {
      const found = ofKind(kind).find(({ metadata }) => metadata?.name === name);
      return found && { generation: 0, ...readMetricTemplate({ ...found, kind }) };
    },
    names: (kind = templateKinds[0]) => ofKind(kind).map(({ metadata }) => String(metadata?.name)),
  };
}
