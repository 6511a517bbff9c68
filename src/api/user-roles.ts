import { group } from './group.ts';
import { type RolloutVerb, rolloutVerbs } from './rollout-action.ts';

/** A rule of Kubernetes' RBAC over kinds of ours. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** A role for people and pipelines. */
export interface UserRole {
  /** Whom it is meant for. */
  readonly purpose: string;
  /** The role of Kubernetes' own that it can become a part of; absent: it is only ever bound by itself. */
  readonly aggregateTo?: 'view' | 'edit' | 'admin';
  readonly rules: readonly RoleRule[];
}

const rule = (resources: readonly string[], verbs: readonly string[]): RoleRule => ({
  apiGroups: [group],
  resources,
  verbs,
});

const readable = [
  'modeldeployments',
  'modelrollouts',
  'rolloutactions',
  'metrictemplates',
  'clustermetrictemplates',
];
const read = rule(readable, ['get', 'list', 'watch']);
const writing = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Makes RolloutActions; which verbs may be asked for in them is what the admission policy asks RBAC. */
const actsBy = (verbs: readonly RolloutVerb[]): RoleRule[] => [
  read,
  rule(['rolloutactions'], ['create']),
  rule(['modeldeployments'], verbs),
];

/** The roles that an install brings. The right to pause is not the right to promote. */
export const userRoles = {
  viewer: {
    purpose: 'Whoever may view a namespace may see what is rolled out there.',
    aggregateTo: 'view',
    rules: [read],
  },
  editor: {
    purpose: 'Says what is served and how it is rolled out; decides nothing about a rollout that runs.',
    aggregateTo: 'edit',
    rules: [
      read,
      rule(['modeldeployments', 'metrictemplates'], writing),
      rule(['modeldeployments/scale'], ['get', 'update', 'patch']),
    ],
  },
  operator: {
    purpose: 'Stops what goes wrong, and renews pods: nothing that brings a new revision to more users.',
    rules: actsBy(['pause', 'abort', 'rollback', 'restart']),
  },
  approver: {
    purpose: 'Decides that a rollout goes on.',
    aggregateTo: 'admin',
    rules: actsBy(Object.keys(rolloutVerbs) as RolloutVerb[]),
  },
} as const satisfies Record<string, UserRole>;
