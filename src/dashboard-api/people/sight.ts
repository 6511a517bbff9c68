import { group } from '../../api/group.ts';
import { type RolloutVerb, rolloutVerbs } from '../../api/rollout-action.ts';
import { rolesFor } from '../../presentation/refused-action.ts';
import type { Rights } from '../schemas.ts';
import type { Person } from './person.ts';

/** So many namespaces are asked about one by one; who may see all of them is asked once. */
const mostNamespaces = 1_000;
const atOnce = 8;

/** Those of the namespaces whose ModelDeployments a person may list. */
export async function seenNamespaces(person: Person, namespaces: readonly string[]): Promise<Set<string>> {
  const list = { verb: 'list', group, resource: 'modeldeployments' };
  if (await person.may(list)) return new Set(namespaces);
  const asked = namespaces.slice(0, mostNamespaces);
  const seen = new Set<string>();
  const worker = async (): Promise<void> => {
    for (let namespace = asked.pop(); namespace !== undefined; namespace = asked.pop()) {
      if (await person.may({ ...list, namespace })) seen.add(namespace);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return seen;
}

export const maySee = (person: Person, namespace: string): Promise<boolean> =>
  person.may({ verb: 'list', group, resource: 'modeldeployments', namespace });

/** What a person may see and do with one ModelDeployment. */
export async function rightsOf(person: Person, namespace: string, name: string): Promise<Rights> {
  const lists = (resource: string, of = group) =>
    person.may({ verb: 'list', group: of, resource, namespace });
  const verbs = Object.keys(rolloutVerbs) as RolloutVerb[];
  const [rollouts, actions, revisions, pods, events, creates, ...may] = await Promise.all([
    lists('modelrollouts'),
    lists('rolloutactions'),
    lists('deployments', 'apps'),
    lists('pods', ''),
    lists('events', 'events.k8s.io'),
    person.may({ verb: 'create', group, resource: 'rolloutactions', namespace }),
    ...verbs.map((verb) => person.may({ verb, group, resource: 'modeldeployments', namespace, name })),
  ]);
  return {
    verbs: verbs.map((verb, index) => {
      if (creates && may[index]) return { verb, allowed: true };
      const because = person.user
        ? `the role ${rolesFor(verb)} gives the right to ${verb}`
        : 'whoever is not logged in may only look';
      return { verb, allowed: false, because };
    }),
    sees: { rollouts, actions, revisions, pods, events: events && person.cluster !== undefined },
  };
}
