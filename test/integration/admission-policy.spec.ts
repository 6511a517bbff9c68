import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutVerb } from '../../src/api/rollout-action.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { collectionPath, objectPath } from '../support/api-paths.ts';
import { admissionPolicy } from '../support/install-manifest.ts';
import type { RestAnswer, RestClient } from '../support/rest-client.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

const { rolloutAction } = resourceKinds;
const target = { name: 'sentiment', uid: '2c0f6ae4-4c0c-4b43-a1a1-6a5a0a3a0e0d', rollout: 'sentiment-4' };

/** Of these users each has one role in the namespace `default`, and nobody has one in `other`. */
const roles = { ann: 'understudy-approver', oli: 'understudy-operator', vic: 'understudy-viewer' };

describe('who may make a RolloutAction', () => {
  let bed: TestBed;
  const people = new Map<string, RestClient>();
  let count = 0;

  /** What the API server answers when this user asks for this: in the user's own name, in another one, or (`null`) in none. */
  function ask(
    user: string,
    verb: RolloutVerb,
    { requestedBy = user as string | null, name = target.name, namespace = 'default' } = {},
  ): Promise<RestAnswer> {
    count += 1;
    const isOfStep = verb === 'promote' || verb === 'skip';
    return people.get(user)!.post(collectionPath(rolloutAction, namespace), {
      apiVersion: rolloutAction.apiVersion,
      kind: rolloutAction.kind,
      metadata: { name: `action-${count}` },
      spec: {
        target: { ...target, name, ...(isOfStep && { step: 1 }) },
        verb,
        ...(requestedBy !== null && { requestedBy }),
      },
    });
  }

  const messageOf = ({ status, body }: RestAnswer) => `${status} ${body.message ?? body.kind}`;

  beforeAll(async () => {
    bed = await TestBed.start();
    for (const user of [...Object.keys(roles), 'sam', 'pia']) people.set(user, bed.as(user));
    for (const [user, role] of Object.entries(roles)) await bind(user, 'ClusterRole', role);
    // Sam may make actions, and has no verb at all; Pia may promote one ModelDeployment, and nothing else.
    await grant('sam', [{ apiGroups: ['understudy.dev'], resources: ['rolloutactions'], verbs: ['create'] }]);
    await grant('pia', [
      { apiGroups: ['understudy.dev'], resources: ['rolloutactions'], verbs: ['create'] },
      {
        apiGroups: ['understudy.dev'],
        resources: ['modeldeployments'],
        resourceNames: ['sentiment'],
        verbs: ['promote'],
      },
    ]);
    await waitFor('RBAC knows everybody', async () => {
      const answers = await Promise.all(['ann', 'oli', 'sam', 'pia'].map((user) => ask(user, 'pause')));
      return answers.every(({ status }) => status === 201);
    });
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  async function grant(user: string, rules: object[]): Promise<void> {
    const metadata = { name: user, namespace: 'default' };
    await bed.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules });
    await bind(user, 'Role', user);
  }

  async function bind(user: string, kind: string, name: string): Promise<void> {
    await bed.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${user}-is-${name}`, namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    });
  }

  it('without the policy: whoever may make one at all, in any name', async () => {
    expect((await ask('sam', 'promote', { requestedBy: 'ann' })).status).toBe(201);
    expect((await ask('vic', 'pause')).status).toBe(403);
  });

  describe('with the policy', () => {
    beforeAll(async () => {
      for (const object of admissionPolicy) await bed.apply(object);
      // It takes a moment until every API server holds requests to it.
      await waitFor('the policy is in force', async () => (await ask('sam', 'pause')).status === 403);
    }, 60_000);

    it('the type checker of the API server finds nothing to say against it', async () => {
      const { body } = await waitFor('the policy is type-checked', async () => {
        const path =
          '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/understudy-rollout-actions';
        const answer = await bed.user.get(path);
        return answer.body.status?.typeChecking ? answer : undefined;
      });
      expect(body.status.typeChecking).toEqual({});
    });

    it.each<[string, RolloutVerb, boolean]>([
      ['ann', 'promote', true],
      ['ann', 'abort', true],
      ['ann', 'resume', true],
      ['oli', 'pause', true],
      ['oli', 'abort', true],
      ['oli', 'rollback', true],
      ['oli', 'restart', true],
      ['oli', 'promote', false],
      ['oli', 'skip', false],
      ['oli', 'resume', false],
      ['oli', 'retry', false],
      ['pia', 'promote', true],
      ['pia', 'abort', false],
      ['sam', 'pause', false],
    ])('%s may %s: %s', async (user, verb, allowed) => {
      const answer = await ask(user, verb);
      if (allowed) expect(messageOf(answer)).toBe('201 RolloutAction');
      else
        expect(messageOf(answer)).toMatch(
          new RegExp(
            `^403 .*user "${user}" may not ${verb} ModelDeployment default/sentiment: RBAC gives no verb "${verb}"`,
          ),
        );
    });

    it('a right on one ModelDeployment is none on another', async () => {
      expect(messageOf(await ask('pia', 'promote', { name: 'other' }))).toContain(
        'user "pia" may not promote ModelDeployment default/other',
      );
    });

    it('a right in one namespace is none in another', async () => {
      await bed.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
      expect((await ask('ann', 'pause', { namespace: 'other' })).status).toBe(403);
    });

    it('nobody asks in the name of somebody else, whatever they may do', async () => {
      expect(messageOf(await ask('ann', 'promote', { requestedBy: 'oli' }))).toMatch(
        /^403 .*spec\.requestedBy is "oli", and the user who makes the action is "ann"/,
      );
    });

    it('nobody asks without a name', async () => {
      expect(messageOf(await ask('ann', 'promote', { requestedBy: null }))).toMatch(
        /requestedBy must be "ann"/,
      );
    });

    it('nobody changes what was asked for, the administrator neither', async () => {
      const { body } = await ask('ann', 'pause');
      const path = objectPath(rolloutAction, body.metadata.name, 'default');
      const changed = await bed.user.merge(path, { spec: { reason: 'another' } });
      expect(messageOf(changed)).toMatch(/^422 .*the spec of a RolloutAction cannot change/);
      expect((await people.get('ann')!.merge(path, { spec: { reason: 'another' } })).status).toBe(403);
    });

    it('the controller may say what became of it, and those who ask may not', async () => {
      const { body } = await ask('ann', 'pause');
      const path = `${objectPath(rolloutAction, body.metadata.name, 'default')}/status`;
      const said = { status: { state: 'Refused', reason: 'Tested', message: 'a test' } };
      expect((await people.get('ann')!.merge(path, said)).status).toBe(403);
      const controller = bed.as('system:serviceaccount:understudy-system:understudy');
      expect((await controller.merge(path, said)).body).toMatchObject(said);
    });

    it('a controller that is told of the policy records who asked as verified', async () => {
      await bed.installController({ admissionPolicy: { enabled: true } });
      const { body } = await ask('ann', 'pause');
      const answered = await waitFor('the action is answered', async () => {
        const action = await bed.get(rolloutAction, body.metadata.name);
        return action?.['status']?.actor && action;
      });
      expect(answered['status']).toMatchObject({
        state: 'Refused',
        reason: 'TargetNotFound',
        actor: { name: 'ann', verified: true },
      });
    });
  });
});
