import type { MetricTemplateSpec } from '../api/metric-template.ts';
import { InvalidObjectError, parseMetricTemplate } from '../api/validation/parse-object.ts';
import type { Templates } from '../domain/analysis/resolve-metrics.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';

/** The templates that ModelDeployments of a namespace may name, as the caches know them. */
export function templatesFor(cache: ClusterCache, namespace: string): Templates {
  return {
    find(reference) {
      const object = cache.metricTemplate(namespace, reference);
      if (!object) return undefined;
      const read = readSpec(object);
      return 'invalid' in read ? read : { ...read, generation: object.metadata.generation ?? 0 };
    },
    names: (kind) => cache.metricTemplateNames(namespace, kind),
  };
}

type Read = { spec: MetricTemplateSpec } | { invalid: string };

const known = new WeakMap<KubernetesObject, Read>();

/** The cache keeps the very same object while nothing changes, so that each one is judged once. */
function readSpec(object: KubernetesObject): Read {
  let read = known.get(object);
  if (!read) known.set(object, (read = judged(object)));
  return read;
}

function judged(object: KubernetesObject): Read {
  try {
    return { spec: parseMetricTemplate(object) };
  } catch (error) {
    if (error instanceof InvalidObjectError) return { invalid: error.message };
    throw error;
  }
}
