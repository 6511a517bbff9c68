import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { rolloutVerbs } from '../../src/api/rollout-action.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const read = (name: string) =>
  parseAllDocuments(readFileSync(join(import.meta.dirname, `${name}.yaml`), 'utf8')).map((document) =>
    document.toJS(),
  );
const kubernetesVerbs = ['get', 'list', 'watch', 'create'];

/** What a role lets its holder ask for by a RolloutAction. */
function rolloutVerbsOf(role: string): string[] {
  const { rules } = read('user-roles').find(({ metadata }) => metadata.name === `understudy-${role}`) as {
    rules: Rule[];
  };
  return rules
    .filter(({ resources }) => resources.includes('modeldeployments'))
    .flatMap(({ verbs }) => verbs)
    .filter((verb) => !kubernetesVerbs.includes(verb));
}

describe('the roles for people', () => {
  it('let the approver ask for everything, and the viewer for nothing', () => {
    expect(rolloutVerbsOf('approver').sort()).toEqual(Object.keys(rolloutVerbs).sort());
    expect(rolloutVerbsOf('viewer')).toEqual([]);
  });

  it('let the operator stop and renew, and bring nothing new to users', () => {
    expect(rolloutVerbsOf('operator').sort()).toEqual(['abort', 'pause', 'restart', 'rollback']);
  });

  it('let nobody change an action, or what the controller says of it', () => {
    const rules = read('user-roles').flatMap((role: { rules: Rule[] }) => role.rules);
    const verbs = rules
      .filter(({ resources }) => resources.includes('rolloutactions'))
      .flatMap((rule) => rule.verbs);
    expect(new Set(verbs)).toEqual(new Set(kubernetesVerbs));
    expect(rules.flatMap(({ resources }) => resources).filter((resource) => resource.includes('/'))).toEqual(
      [],
    );
  });
});

describe('the admission policy', () => {
  const [policy, binding] = read('admission-policy');

  it('is asked of every new RolloutAction, whatever its version, and lets nothing pass when it cannot be', () => {
    expect(policy.spec.matchConstraints.resourceRules).toEqual([
      {
        apiGroups: ['understudy.dev'],
        apiVersions: ['*'],
        operations: ['CREATE'],
        resources: ['rolloutactions'],
      },
    ]);
    expect(policy.spec.failurePolicy).toBe('Fail');
  });

  it('is in force everywhere: a policy without a binding does nothing', () => {
    expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ['Deny'] });
  });
});
