import type { MadeObject } from './conversion.ts';
import { isRecord, type SourceNode } from './source-node.ts';

/** Annotations that belong to a tool that is left, or to the object as it was stored. */
const ofTools = [
  'kubectl.kubernetes.io/',
  'deployment.kubernetes.io/',
  'rollout.argoproj.io/',
  'notifications.argoproj.io/',
];

/** Name, namespace, labels and annotations of what comes out. */
export function madeMetadata(root: SourceNode, name: string): MadeObject['metadata'] {
  const metadata = root.at('metadata');
  const namespace = metadata.at('namespace').text();
  const labels = textsOf(metadata.at('labels').take());
  const annotations = textsOf(metadata.at('annotations').take());
  for (const key of Object.keys(annotations)) {
    if (ofTools.some((prefix) => key.startsWith(prefix))) delete annotations[key];
  }
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

const textsOf = (value: unknown): Record<string, string> =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
      )
    : {};
