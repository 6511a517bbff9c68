import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as pictures from '../../cli/testing/pictures.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { ReviewedPeople } from '../people/reviewed-people.ts';
import type { DetailAnswer, ListAnswer, Me } from '../schemas.ts';
import { eventsOf, serveDashboard } from '../testing/served-dashboard.ts';

const one = '/api/v1/namespaces/ml/modeldeployments/sentiment';
const withToken = { headers: { authorization: 'Bearer withdrawn' } };

/** An API server that knows no token, and counts what it is asked to make. */
function strictServer() {
  const made: unknown[] = [];
  const create = (object: KubernetesObject) => {
    made.push(object);
    return Promise.resolve(object);
  };
  const list = () => Promise.resolve({ items: [], resourceVersion: '1' });
  return {
    made,
    review: <Status>() => Promise.resolve({ authenticated: false } as Status),
    asPerson: () => ({ create, list }),
  };
}

async function serveTo(anonymous: 'none' | 'readOnly') {
  const server = strictServer();
  const people = new ReviewedPeople({ cluster: server, clock: new SystemClock(), anonymous });
  const board = await serveDashboard({ people });
  const { model, rollouts } = pictures.stepping();
  board.objects.rollouts = rollouts as unknown as KubernetesObject[];
  board.objects.put('ml/sentiment', model as unknown as KubernetesObject);
  return { ...board, made: server.made };
}

describe('people without a token', () => {
  let board: Awaited<ReturnType<typeof serveTo>>;
  afterEach(() => board.stop());

  describe('who may look', () => {
    beforeEach(async () => void (board = await serveTo('readOnly')));

    it('see the list, one of it, and both live', async () => {
      const me = (await board.ask('/api/v1/me')).json() as Me;
      expect(me).toMatchObject({ needsToken: false, anonymous: 'readOnly', namespaces: ['ml'] });
      expect(me.user).toBeUndefined();
      const { rows } = (await board.ask('/api/v1/modeldeployments')).json() as ListAnswer;
      expect(rows.map(({ key }) => key)).toEqual(['ml/sentiment']);
      for (const path of ['/api/v1/stream', `${one}/stream`]) {
        const stream = eventsOf(await board.open(path));
        expect((await stream.next()).value).toMatchObject({ event: 'snapshot' });
        await stream.return(undefined);
      }
    });

    it('see nothing of other kinds, and have no verb', async () => {
      const { detail } = (await board.ask(one)).json() as DetailAnswer;
      expect(detail.rights.verbs.filter(({ allowed }) => allowed)).toEqual([]);
      expect(detail.rights.sees).toMatchObject({ revisions: false, pods: false, events: false });
      expect([detail.revisions, detail.pods]).toEqual([undefined, undefined]);
      const kept = await Promise.all(['diff', 'events'].map((part) => board.ask(`${one}/${part}`)));
      expect(kept.map(({ status }) => status)).toEqual([403, 403]);
    });

    it('do nothing, and are told why', async () => {
      const answer = await board.ask(`${one}/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ verb: 'pause', uid: 'a-uid' }),
      });
      expect([answer.status, answer.json()]).toEqual([
        401,
        expect.objectContaining({ detail: 'whoever is not logged in may only look' }),
      ]);
      expect(board.made).toEqual([]);
    });

    it('are not taken for somebody whose token is refused', async () => {
      expect((await board.ask('/api/v1/modeldeployments', withToken)).status).toBe(401);
      expect((await board.ask('/api/v1/me', withToken)).json()).toMatchObject({ needsToken: true });
    });
  });

  it('see nothing where they may not look', async () => {
    board = await serveTo('none');
    for (const path of ['/api/v1/modeldeployments', '/api/v1/stream', one])
      expect((await board.ask(path)).status).toBe(401);
  });
});
