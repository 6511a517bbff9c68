import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ResourceKind } from '../../kubernetes/resource.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { ReviewedPeople } from './reviewed-people.ts';
import { rightsOf, seenNamespaces } from './sight.ts';

/** An API server that knows one person, and what they may. */
class Reviewing {
  readonly asked: string[] = [];
  user: object | undefined = { username: 'vic', groups: ['team'] };
  allowed = (right: { namespace?: string; verb: string }) =>
    right.namespace === 'ml' && right.verb === 'list';

  review<Status>(kind: ResourceKind, spec: unknown): Promise<Status | undefined> {
    this.asked.push(kind.kind);
    if (kind.kind === 'TokenReview') {
      const authenticated = (spec as { token: string }).token === 'good' && this.user !== undefined;
      return Promise.resolve({ authenticated, ...(authenticated && { user: this.user }) } as Status);
    }
    const { user, resourceAttributes } = spec as { user: string; resourceAttributes: never };
    return Promise.resolve({ allowed: user === 'vic' && this.allowed(resourceAttributes) } as Status);
  }

  asPerson = (token: string) => ({
    create: () => Promise.reject(new Error(token)),
    list: () => Promise.reject(new Error(token)),
  });
}

describe('people as the API server knows them', () => {
  let server: Reviewing;
  let clock: VirtualClock;
  const people = (anonymous: 'none' | 'readOnly' = 'none') =>
    new ReviewedPeople({ cluster: server, clock, anonymous });
  beforeEach(() => {
    server = new Reviewing();
    clock = new VirtualClock();
  });

  it('are nobody without a token that it knows', async () => {
    expect(await people().identify(undefined)).toBeUndefined();
    expect(await people().identify('bad')).toBeUndefined();
    expect((await people().identify('good'))?.user).toEqual({ name: 'vic', groups: ['team'] });
  });

  it('are believed for some seconds and no longer', async () => {
    const known = people();
    await known.identify('good');
    await known.identify('good');
    expect(server.asked).toEqual(['TokenReview']);
    server.user = undefined;
    await clock.advance(21_000);
    expect(await known.identify('good')).toBeUndefined();
  });

  it('see the namespaces that they may, and lose them when the right goes', async () => {
    const known = people();
    const vic = (await known.identify('good'))!;
    expect([...(await seenNamespaces(vic, ['ml', 'hr']))]).toEqual(['ml']);
    server.allowed = () => false;
    await clock.advance(11_000);
    expect((await seenNamespaces(vic, ['ml', 'hr'])).size).toBe(0);
  });

  it('need both rights for a verb: to make the action, and to ask for the verb', async () => {
    const vic = (await people().identify('good'))!;
    server.allowed = ({ verb }) => verb === 'pause';
    expect((await rightsOf(vic, 'ml', 'digits')).verbs.some(({ allowed }) => allowed)).toBe(false);
    server.allowed = ({ verb }) => verb === 'pause' || verb === 'create';
    await clock.advance(11_000);
    const { verbs } = await rightsOf(vic, 'ml', 'digits');
    expect(verbs.flatMap(({ verb, allowed }) => (allowed ? [verb] : []))).toEqual(['pause']);
  });

  it('without a token may look where the configuration says so, at our kinds alone, and do nothing', async () => {
    const onlooker = (await people('readOnly').identify(undefined))!;
    expect((await seenNamespaces(onlooker, ['ml', 'hr'])).size).toBe(2);
    const { verbs, sees } = await rightsOf(onlooker, 'ml', 'digits');
    expect(verbs.some(({ allowed }) => allowed)).toBe(false);
    expect(sees).toEqual({ rollouts: true, actions: true, revisions: false, pods: false, events: false });
    expect(onlooker.cluster).toBeUndefined();
    expect(server.asked).toEqual([]);
  });
});
