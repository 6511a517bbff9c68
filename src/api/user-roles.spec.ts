import { describe, expect, it } from '@jest/globals';
import { definitions } from './crd/definitions.ts';
import { rolloutVerbs } from './rollout-action.ts';
import { type UserRole, userRoles } from './user-roles.ts';

const roles: [string, UserRole][] = Object.entries(userRoles);
const writes = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const reads = ['get', 'list', 'watch'];

/** What a role lets its holder do with a resource. */
const verbsOf = (name: keyof typeof userRoles, resource: string): string[] => {
  const { rules }: UserRole = userRoles[name];
  return rules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs);
};
/** What a role lets its holder ask for by a RolloutAction. */
const rolloutVerbsOf = (name: keyof typeof userRoles) =>
  verbsOf(name, 'modeldeployments').filter((verb) => ![...reads, ...writes].includes(verb));

describe('the roles for people', () => {
  it('let the approver ask for everything, and viewer and editor for nothing', () => {
    expect(rolloutVerbsOf('approver').sort()).toEqual(Object.keys(rolloutVerbs).sort());
    expect(rolloutVerbsOf('viewer')).toEqual([]);
    expect(rolloutVerbsOf('editor')).toEqual([]);
    expect(verbsOf('editor', 'rolloutactions')).toEqual(reads);
  });

  it('let the operator stop and renew, and bring nothing new to users', () => {
    expect(rolloutVerbsOf('operator').sort()).toEqual(['abort', 'pause', 'restart', 'rollback']);
    expect(verbsOf('operator', 'modeldeployments').filter((verb) => writes.includes(verb))).toEqual([]);
  });

  it.each(roles)('let the %s read every kind, and write no status and no record', (_, { rules }) => {
    const readable = rules
      .filter(({ verbs }) => verbs.includes('list'))
      .flatMap(({ resources }) => resources);
    expect([...readable].sort()).toEqual(definitions.map(({ plural }) => plural).sort());
    const written = rules
      .filter(({ verbs }) => verbs.some((verb) => writes.includes(verb)))
      .flatMap(({ resources }) => resources);
    expect(written.filter((resource) => /status|modelrollouts|clustermetric/.test(resource))).toEqual([]);
  });

  it('let nobody change an action', () => {
    for (const [name] of roles) {
      const verbs = verbsOf(name as keyof typeof userRoles, 'rolloutactions');
      expect(verbs.filter((verb) => ![...reads, 'create'].includes(verb))).toEqual([]);
    }
  });
});
