/** An API object as JSON. Only what every kind has is typed; the rest is parsed at the edge that needs it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** A kind, and where the API server keeps it. */
export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const kindOf = (apiVersion: string, kind: string, plural: string, namespaced = true): ResourceKind => ({
  apiVersion,
  kind,
  plural,
  namespaced,
});

/**
 * Every kind that the controller reads or writes: the list that its RBAC is made from. And the PodDisruptionBudget, which it neither
 * reads nor writes: one answers its evictions.
 */
export const resourceKinds = {
  modelDeployment: kindOf('understudy.dev/v1alpha1', 'ModelDeployment', 'modeldeployments'),
  modelRollout: kindOf('understudy.dev/v1alpha1', 'ModelRollout', 'modelrollouts'),
  rolloutAction: kindOf('understudy.dev/v1alpha1', 'RolloutAction', 'rolloutactions'),
  metricTemplate: kindOf('understudy.dev/v1alpha1', 'MetricTemplate', 'metrictemplates'),
  clusterMetricTemplate: kindOf(
    'understudy.dev/v1alpha1',
    'ClusterMetricTemplate',
    'clustermetrictemplates',
    false,
  ),
  deployment: kindOf('apps/v1', 'Deployment', 'deployments'),
  service: kindOf('v1', 'Service', 'services'),
  pod: kindOf('v1', 'Pod', 'pods'),
  endpointSlice: kindOf('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  httpRoute: kindOf('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
  gateway: kindOf('gateway.networking.k8s.io/v1', 'Gateway', 'gateways'),
  gatewayClass: kindOf('gateway.networking.k8s.io/v1', 'GatewayClass', 'gatewayclasses', false),
  lease: kindOf('coordination.k8s.io/v1', 'Lease', 'leases'),
  job: kindOf('batch/v1', 'Job', 'jobs'),
  podDisruptionBudget: kindOf('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  secret: kindOf('v1', 'Secret', 'secrets'),
  event: kindOf('events.k8s.io/v1', 'Event', 'events'),
} as const satisfies Record<string, ResourceKind>;

const kindsByIdentity = new Map<string, ResourceKind>(
  Object.values(resourceKinds).map((kind) => [`${kind.apiVersion} ${kind.kind}`, kind]),
);

/** Where the API server keeps an object of this type; throws for a kind that `resourceKinds` does not name. */
export function resourceKindOf(object: { apiVersion: string; kind: string }): ResourceKind {
  const kind = kindsByIdentity.get(`${object.apiVersion} ${object.kind}`);
  if (!kind) {
    throw new Error(
      `unknown kind ${object.apiVersion} ${object.kind}; known: ${[...kindsByIdentity.keys()].join(', ')}`,
    );
  }
  return kind;
}

/** The name by which the queue and the stores know an object. */
export const keyOf = (object: { metadata: { namespace?: string; name: string } }): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name;

/** The inverse of `keyOf`. */
export function nameOf(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
