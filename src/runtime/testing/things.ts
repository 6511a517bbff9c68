import type { KubernetesObject, ObjectMeta } from '../../kubernetes/resource.ts';

/** An object for tests: `ns/<name>` with a uid and a version. */
export const thing = (
  name: string,
  resourceVersion = 'v1',
  metadata: Partial<ObjectMeta> = {},
): KubernetesObject => ({
  apiVersion: 'test/v1',
  kind: 'Thing',
  metadata: { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion, ...metadata },
});
