import { readMetricTemplate } from '../api/validation/parse-object.ts';
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

type Read = ReturnType<typeof readMetricTemplate>;

const known = new WeakMap<KubernetesObject, Read>();

/** The cache keeps the very same object while nothing changes, so that each one is judged once. */
function readSpec(object: KubernetesObject): Read {
  let read = known.get(object);
  if (!read) known.set(object, (read = readMetricTemplate(object)));
  return read;
}
