import type { RolloutVerb } from '../api/rollout-action.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { ObjectName } from '../kubernetes/cluster.ts';

/** The roles of `examples/install/user-roles.yaml` that may ask for a verb. */
export const rolesFor = (verb: RolloutVerb): string =>
  ['pause', 'abort', 'rollback', 'restart'].includes(verb)
    ? 'understudy-operator or understudy-approver'
    : 'understudy-approver';

/** What the API server says against an action: RBAC, the admission policy, or the rules of the kind. Undefined for other failures. */
export function refusedAction(
  error: unknown,
  verb: RolloutVerb,
  { namespace, name }: ObjectName,
): { message: string; next: string[] } | undefined {
  if (!ClusterError.is(error, 'forbidden', 'invalid')) return undefined;
  const said = wordsOf(error.message);
  const next =
    error.kind === 'forbidden'
      ? [
          `The role ${rolesFor(verb)} gives the right: docs/access.md.`,
          /cannot create resource "rolloutactions"/.test(said)
            ? `"kubectl auth can-i create rolloutactions.understudy.dev -n ${namespace}" says whether you may ask for anything.`
            : `"kubectl auth can-i ${verb} modeldeployments.understudy.dev/${name} -n ${namespace}" says whether you have it.`,
        ]
      : [];
  return { message: `${verb} ${namespace}/${name} was refused: ${said}`, next };
}

/** The words of RBAC or of an admission policy alone: the names of action, policy and binding help nobody here. */
function wordsOf(message: string): string {
  const said = message.replace(/ \(\d{3}[^()]*\)$/, '');
  const [, denied] = /(?:denied request|is forbidden): (?!ValidatingAdmissionPolicy)(.*)$/s.exec(said) ?? [];
  return denied ?? said;
}
