import {
  clusterMetricTemplateDefinition,
  type KindDefinition,
  metricTemplateDefinition,
  modelDeploymentDefinition,
  modelRolloutDefinition,
  rolloutActionDefinition,
} from '../../api/crd/definitions.ts';
import { type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import { closed, deduced, type FieldSchema, leaf, listBy, mapOf, open, set } from './field-schema.ts';
import { schemaOf } from './own-kinds.ts';

/** What the API server does differently from kind to kind. */
export interface KindTraits {
  readonly kind: ResourceKind;
  /** All but `status`, where that is a subresource. */
  readonly schema: FieldSchema;
  /** Written by itself; a write to the object leaves it alone. Absent: the kind has no such subresource. */
  readonly status?: FieldSchema;
  readonly scale: boolean;
  /** Counts the changes of everything but metadata and status. */
  readonly generation: boolean;
  /** A replace of what is not there makes it. */
  readonly createsOnReplace: boolean;
  /** A deletion gives it time to end: somebody else takes it away. */
  readonly graceful: boolean;
}

const conditions = listBy(['type']);
const metadata = open({
  labels: mapOf(leaf),
  annotations: mapOf(leaf),
  ownerReferences: listBy(['uid']),
  finalizers: set,
});
const object = (parts: Record<string, FieldSchema>, isOpen = false): FieldSchema => {
  const fields = { apiVersion: leaf, kind: leaf, metadata, ...parts };
  return isOpen ? open(fields) : closed([], fields);
};
const statusOf = (status: FieldSchema) => closed([], { status });

const servicePorts = listBy(
  ['port', 'protocol'],
  closed(['name', 'protocol', 'appProtocol', 'port', 'targetPort', 'nodePort']),
  { protocol: 'TCP' },
);
const serviceSpec = closed(
  'type clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges publishNotReadyAddresses sessionAffinity sessionAffinityConfig allocateLoadBalancerNodePorts trafficDistribution'.split(
    ' ',
  ),
  // The selector is an atomic map in the API: it is replaced as a whole.
  { selector: leaf, ports: servicePorts },
);
const container = open({
  ports: listBy(['containerPort', 'protocol'], deduced, { protocol: 'TCP' }),
  env: listBy(['name']),
  volumeMounts: listBy(['mountPath']),
});
const podSpec = open({
  containers: listBy(['name'], container),
  initContainers: listBy(['name'], container),
  volumes: listBy(['name']),
});
const podTemplate = open({
  metadata: open({ labels: mapOf(leaf), annotations: mapOf(leaf) }),
  spec: podSpec,
});
const deploymentSpec = closed(
  'replicas minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds selector'.split(' '),
  { strategy: open(), template: podTemplate },
);
const jobSpec = open({ template: podTemplate });
// Lists of the Gateway API are atomic, but for those that say otherwise.
const routeSpec = closed(['parentRefs', 'hostnames', 'rules', 'useDefaultGateways']);
const leaseSpec = closed(
  'acquireTime holderIdentity leaseDurationSeconds leaseTransitions preferredHolder renewTime strategy'.split(
    ' ',
  ),
);

const budgetSpec = closed('minAvailable maxUnavailable selector unhealthyPodEvictionPolicy'.split(' '));

const traits = (
  kind: ResourceKind,
  schema: FieldSchema,
  more: Partial<Omit<KindTraits, 'kind' | 'schema'>> = {},
): KindTraits => ({
  kind,
  schema,
  scale: false,
  generation: false,
  createsOnReplace: false,
  graceful: false,
  ...more,
});

const withConditions = statusOf(open({ conditions }));
const own = (kind: ResourceKind, definition: KindDefinition): KindTraits =>
  traits(kind, object({ spec: schemaOf(definition.spec) }), {
    ...(definition.status && { status: statusOf(schemaOf(definition.status)) }),
    scale: definition.scale !== undefined,
    generation: true,
  });

const all: readonly KindTraits[] = [
  own(resourceKinds.modelDeployment, modelDeploymentDefinition),
  own(resourceKinds.modelRollout, modelRolloutDefinition),
  own(resourceKinds.rolloutAction, rolloutActionDefinition),
  own(resourceKinds.metricTemplate, metricTemplateDefinition),
  own(resourceKinds.clusterMetricTemplate, clusterMetricTemplateDefinition),
  traits(resourceKinds.deployment, object({ spec: deploymentSpec }), {
    status: withConditions,
    scale: true,
    generation: true,
  }),
  traits(resourceKinds.service, object({ spec: serviceSpec }), {
    status: withConditions,
    createsOnReplace: true,
  }),
  traits(resourceKinds.job, object({ spec: jobSpec }), { status: withConditions, generation: true }),
  traits(resourceKinds.pod, object({ spec: podSpec }), { status: withConditions, graceful: true }),
  traits(resourceKinds.endpointSlice, object({ addressType: leaf, endpoints: leaf, ports: leaf }), {
    generation: true,
  }),
  traits(resourceKinds.httpRoute, object({ spec: routeSpec }), {
    // Several controllers report, each for its parents: the list is atomic.
    status: statusOf(closed(['parents'])),
    generation: true,
  }),
  traits(resourceKinds.gateway, object({ spec: open({ listeners: listBy(['name']) }) }), {
    status: statusOf(open({ conditions, listeners: listBy(['name']) })),
    generation: true,
  }),
  traits(resourceKinds.gatewayClass, object({ spec: open() }), {
    status: statusOf(open({ conditions, supportedFeatures: listBy(['name']) })),
    generation: true,
  }),
  traits(resourceKinds.lease, object({ spec: leaseSpec }), { createsOnReplace: true }),
  traits(resourceKinds.podDisruptionBudget, object({ spec: budgetSpec }), {
    status: withConditions,
    generation: true,
  }),
  traits(resourceKinds.secret, object({ type: leaf, data: mapOf(leaf) })),
  traits(resourceKinds.event, object({}, true)),
];

const byKind = new Map(all.map((one) => [one.kind.kind, one]));

/** The traits of a kind; throws for one that `resourceKinds` does not name. */
export function traitsOf({ kind }: { kind: string }): KindTraits {
  const found = byKind.get(kind);
  if (!found)
    throw new Error(`the simulated API server has no kind ${kind}; known: ${[...byKind.keys()].join(', ')}`);
  return found;
}
