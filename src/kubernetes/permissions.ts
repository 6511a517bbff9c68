import { resourceKinds, type ResourceKind } from './resource.ts';
import { reviewKinds } from './review-kinds.ts';

/** Where a right is needed: where ModelDeployments are, in all of the cluster, or where the controller itself runs. */
export type PermissionScope = 'watched' | 'cluster' | 'own';

/** A part of the controller that can be switched off, and its rights with it. */
export type PermissionFeature =
  'service' | 'gatewayAPI' | 'leaderElection' | 'shards' | 'dashboard' | 'secrets' | 'jobGates';

/** One rule of the controller's RBAC, and why it is needed. */
export interface Permission {
  readonly apiGroup: string;
  /** As RBAC names them, with a subresource behind a slash. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly scope: PermissionScope;
  /** Needed only where this is switched on; absent: always. */
  readonly feature?: PermissionFeature;
  /** For people who read the role. */
  readonly why: string;
}

const apiGroupOf = ({ apiVersion }: ResourceKind): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

function rule(
  kinds: readonly ResourceKind[],
  verbs: readonly string[],
  why: string,
  more: { scope?: PermissionScope; feature?: PermissionFeature; subresource?: string } = {},
): Permission {
  const [first] = kinds;
  if (!first) throw new Error('a rule needs a kind');
  const { scope = 'watched', feature, subresource } = more;
  return {
    apiGroup: apiGroupOf(first),
    resources: kinds.map(({ plural }) => (subresource ? `${plural}/${subresource}` : plural)),
    verbs,
    scope,
    ...(feature && { feature }),
    why,
  };
}

const kinds = resourceKinds;

/**
 * What the controller may do, and nothing more: the one list that every role of it is made from. A test reads the API server's audit
 * log and fails when a call of the controller is refused, and when a right of this list is never used.
 */
export const permissions: readonly Permission[] = [
  rule([kinds.modelDeployment], ['list', 'watch'], 'The spec belongs to the user (law 18).'),
  rule(
    [kinds.modelDeployment, kinds.modelRollout, kinds.rolloutAction],
    ['patch'],
    'What became of what was asked for.',
    { subresource: 'status' },
  ),
  rule([kinds.modelRollout], ['list', 'watch', 'create', 'delete'], 'One record for each attempt.'),
  rule(
    [kinds.rolloutAction],
    ['list', 'watch', 'patch', 'delete'],
    'What people ask for; patch gives an action to its ModelDeployment, so that it goes with it.',
  ),
  rule([kinds.metricTemplate], ['list', 'watch'], 'Queries that a team shares.'),
  rule([kinds.clusterMetricTemplate], ['list', 'watch'], 'Queries that all teams share.', {
    scope: 'cluster',
  }),
  rule(
    [kinds.deployment],
    ['list', 'watch', 'create', 'patch', 'delete'],
    'One Deployment for each revision.',
  ),
  rule(
    [kinds.service],
    ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    'One Service for each revision, and the apex; get says whose one is that has a name which is needed.',
  ),
  rule([kinds.pod], ['list', 'watch'], 'Readiness, and what is wrong with a pod.'),
  rule([kinds.pod], ['patch'], 'The live label, while a plain Service splits by the ratio of pods.', {
    feature: 'service',
  }),
  rule([kinds.pod], ['create'], 'A restart replaces pods as PodDisruptionBudgets allow.', {
    subresource: 'eviction',
  }),
  rule([kinds.endpointSlice], ['list', 'watch'], 'Capacity is measured on endpoints (law 1).'),
  rule(
    [kinds.httpRoute],
    ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    'The split; get says whose one is that has a name which is needed.',
    { feature: 'gatewayAPI' },
  ),
  rule(
    [kinds.gateway, kinds.gatewayClass],
    ['list', 'watch'],
    'What carries the traffic can do, and how it counts; Gateways lie in namespaces of their own.',
    { scope: 'cluster', feature: 'gatewayAPI' },
  ),
  rule(
    [kinds.secret],
    ['get'],
    'What a notification or the question to a gate is sent with: one Secret by its name, when it is needed.',
    {
      feature: 'secrets',
    },
  ),
  rule(
    [kinds.job],
    ['get', 'create', 'delete'],
    'A gate that is a Job; delete ends one whose answer nobody waits for any more.',
    { feature: 'jobGates' },
  ),
  rule([kinds.pod], ['get'], 'The last lines that the pod of such a Job printed.', {
    feature: 'jobGates',
    subresource: 'log',
  }),
  rule([kinds.event], ['create', 'patch'], 'What happened, for people.'),
  rule([reviewKinds.tokenReview], ['create'], 'Who a person is that looks at the dashboard.', {
    scope: 'cluster',
    feature: 'dashboard',
  }),
  rule([reviewKinds.subjectAccessReview], ['create'], 'What that person may see and do.', {
    scope: 'cluster',
    feature: 'dashboard',
  }),
  rule([kinds.lease], ['get', 'create', 'update'], 'One of several replicas leads (law 16).', {
    scope: 'own',
    feature: 'leaderElection',
  }),
  rule(
    [kinds.lease],
    ['list', 'delete'],
    'Replicas share the shards by a Lease for each, and remove those of replicas that are gone.',
    { scope: 'own', feature: 'shards' },
  ),
];
