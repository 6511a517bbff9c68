import { type UserRole, userRoles } from '../../../src/api/user-roles.ts';
import {
  type Permission,
  type PermissionFeature,
  permissions,
  type PermissionScope,
} from '../../../src/kubernetes/permissions.ts';

export const rulesTemplatePath = 'charts/understudy/templates/_rules.tpl';

/** Which value of the chart switches a part of the controller on. */
const switches: Record<PermissionFeature, string> = {
  service: '.Values.routers.service',
  gatewayAPI: '.Values.routers.gatewayAPI',
  leaderElection: '.Values.leaderElection.enabled',
  shards: '.Values.shards',
  dashboard: '.Values.dashboard.enabled',
  jobGates: '.Values.gates.jobs',
  secrets: 'or .Values.notifications.enabled .Values.gates.allowedHosts',
};

const scopes: PermissionScope[] = ['watched', 'cluster', 'own'];
const quote = (text: string) => (text === '' ? "''" : text);
const list = (texts: readonly string[]) => `[${texts.map(quote).join(', ')}]`;

const ruleLines = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]) => [
  `- apiGroups: ${list(apiGroups)}`,
  `  resources: ${list(resources)}`,
  `  verbs: ${list(verbs)}`,
];

function permissionLines({ apiGroup, resources, verbs, feature, why }: Permission): string[] {
  const lines = [`# ${why}`, ...ruleLines([apiGroup], resources, verbs)];
  return feature === undefined ? lines : [`{{- if ${switches[feature]} }}`, ...lines, '{{- end }}'];
}

const define = (name: string, lines: string[]) => [
  `{{- define "understudy.rules.${name}" -}}`,
  ...lines,
  '{{- end }}',
  '',
];

/** The rules of every role of the chart, as named templates: of the controller by scope, of people by role. */
export function rulesTemplate(): string {
  const ofController = scopes.flatMap((scope) =>
    define(
      `controller.${scope}`,
      permissions.filter((each) => each.scope === scope).flatMap(permissionLines),
    ),
  );
  const ofPeople = Object.entries<UserRole>(userRoles).flatMap(([name, { rules }]) =>
    define(
      `user.${name}`,
      rules.flatMap(({ apiGroups, resources, verbs }) => ruleLines(apiGroups, resources, verbs)),
    ),
  );
  const origin =
    '{{- /* Made by `npm run generate` from src/kubernetes/permissions.ts and src/api/user-roles.ts. */ -}}';
  return [origin, ...ofController, ...ofPeople].join('\n').trimEnd() + '\n';
}
