import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import * as pictures from '../../cli/testing/pictures.ts';
import { DetailAnswer, ListAnswer, Me, Problem, RolloutAnswer, SeriesAnswer } from '../schemas.ts';
import { eventsOf, serveDashboard } from '../testing/served-dashboard.ts';

const asObject = (value: unknown) => value as KubernetesObject;
const one = '/api/v1/namespaces/ml/modeldeployments/sentiment';
const as = (token: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${token}`, ...more },
});

/** Strict: an answer holds nothing that its schema does not name. */
const expectShape = (schema: z.ZodType, value: unknown) => expect(schema.parse(value)).toEqual(value);

describe('the API of the dashboard', () => {
  let board: Awaited<ReturnType<typeof serveDashboard>>;
  beforeEach(async () => {
    board = await serveDashboard();
    const { known } = board.people;
    const inMl = ({ namespace }: { namespace?: string }) => namespace === 'ml';
    known.set('viewer', { name: 'vic', may: (right) => inMl(right) && right.verb === 'list' });
    known.set('operator', { name: 'oli', may: (right) => inMl(right) && right.verb !== 'promote' });
    known.set('nobody', { name: 'nat', may: () => false });
    const { model, rollouts } = pictures.stepping();
    board.objects.rollouts = rollouts.map(asObject);
    board.objects.put('ml/sentiment', asObject(model));
    board.objects.put(
      'hr/secret',
      asObject({
        ...pictures.healthy().model,
        metadata: { ...model.metadata, name: 'secret', namespace: 'hr' },
      }),
    );
  });
  afterEach(() => board.stop());

  it('answers as its schemas say', async () => {
    const list = (await board.ask('/api/v1/modeldeployments', as('viewer'))).json();
    expectShape(ListAnswer, list);
    expectShape(Me, (await board.ask('/api/v1/me', as('viewer'))).json());
    expectShape(DetailAnswer, (await board.ask(one, as('viewer'))).json());
    expectShape(SeriesAnswer, (await board.ask(`${one}/series`, as('viewer'))).json());
    expectShape(RolloutAnswer, (await board.ask(`${one}/rollouts/sentiment-6`, as('viewer'))).json());
    expectShape(Problem, (await board.ask('/api/v1/nothing', as('viewer'))).json());
  });

  it.each([
    ['rolled back', pictures.rolledBack],
    ['healthy', pictures.healthy],
    ['without its users', pictures.outage],
    ['unseen', pictures.unseen],
    ['at an approval', pictures.approval],
    ['in trouble', pictures.troubled],
  ])('shows one that is %s', async (_, picture) => {
    const { model, rollouts } = picture();
    board.objects.rollouts = rollouts.map(asObject);
    board.objects.put('ml/sentiment', asObject(model));
    const answer = (await board.ask(one, as('viewer'))).json() as DetailAnswer;
    expectShape(DetailAnswer, answer);
    expect(answer.detail.row.message).not.toBe('');
  });

  it('shows each person what they may see, and no more', async () => {
    const names = async (token: string) =>
      ((await board.ask('/api/v1/modeldeployments', as(token))).json() as ListAnswer).rows.map(
        ({ key }) => key,
      );
    expect(await names('viewer')).toEqual(['ml/sentiment']);
    expect(await names('nobody')).toEqual([]);
    const refused = await board.ask('/api/v1/namespaces/hr/modeldeployments/secret', as('viewer'));
    expect(refused.status).toBe(403);
    // What is not there and what may not be seen look the same.
    const made = await board.ask('/api/v1/namespaces/hr/modeldeployments/other', as('viewer'));
    expect(made.status).toBe(403);
    const { detail } = (await board.ask(one, as('operator'))).json() as DetailAnswer;
    const allowed = detail.rights.verbs.filter((verb) => verb.allowed).map(({ verb }) => verb);
    expect(allowed).toContain('pause');
    expect(allowed).not.toContain('promote');
  });

  it('shows nothing without a login, but for who one is', async () => {
    for (const path of ['/api/v1/modeldeployments', '/api/v1/stream', one]) {
      const answer = await board.ask(path);
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    }
    expect((await board.ask('/api/v1/me')).json()).toMatchObject({ needsToken: true, namespaces: [] });
    expect((await board.ask('/api/v1/modeldeployments', as('made-up'))).status).toBe(401);
  });

  describe('a verb', () => {
    const wish = JSON.stringify({ verb: 'pause', uid: 'a-uid', rollout: 'sentiment-7', reason: 'lunch' });
    const post = (token: string, headers: Record<string, string> = {}, body = wish) =>
      board.ask(`${one}/actions`, {
        method: 'POST',
        body,
        ...as(token, { 'content-type': 'application/json', ...headers }),
      });

    it('is asked for as the person, about what they looked at', async () => {
      const answer = await post('operator', {
        'sec-fetch-site': 'same-origin',
        origin: `http://127.0.0.1:${board.port}`,
      });
      expect(answer.status).toBe(201);
      expect(board.people.made).toMatchObject([
        {
          by: 'oli',
          object: {
            kind: 'RolloutAction',
            metadata: { namespace: 'ml' },
            spec: {
              verb: 'pause',
              requestedBy: 'oli',
              reason: 'lunch',
              target: { uid: 'a-uid', rollout: 'sentiment-7' },
            },
          },
        },
      ]);
    });

    it('that the API server refuses says why, and who may', async () => {
      board.people.refuse = new ClusterError(
        'forbidden',
        'denied request: oli may not promote (403 Forbidden)',
      );
      const answer = await post(
        'operator',
        {},
        JSON.stringify({ verb: 'promote', uid: 'a-uid', rollout: 'sentiment-7', step: 1 }),
      );
      expect(answer.status).toBe(403);
      expect(answer.json()).toMatchObject({
        code: 'forbidden',
        next: [expect.stringContaining('understudy-approver'), expect.anything()],
      });
    });

    it.each<[string, number, Record<string, string>, string]>([
      ['of another site', 403, { 'sec-fetch-site': 'cross-site' }, wish],
      ['of another origin', 403, { origin: 'https://evil.example' }, wish],
      ['of an origin without a name', 403, { origin: 'null' }, wish],
      ['that a form could send', 415, { 'content-type': 'text/plain' }, wish],
      ['with too much to say', 413, {}, JSON.stringify({ reason: 'x'.repeat(20_000) })],
      ['that is no JSON', 400, {}, '{'],
      ['that does not exist', 400, {}, JSON.stringify({ verb: 'explode', uid: 'a-uid' })],
      [
        'with a field of its own',
        400,
        {},
        JSON.stringify({ verb: 'pause', uid: 'a-uid', requestedBy: 'boss' }),
      ],
    ])('%s is refused', async (_, status, headers, body) => {
      const answer = await post('operator', headers, body);
      expect(answer.status).toBe(status);
      expect(board.people.made).toEqual([]);
      expectShape(Problem, answer.json());
    });

    it('is not asked for too often', async () => {
      const statuses = await Promise.all(
        Array.from({ length: 12 }, async () => (await post('operator')).status),
      );
      expect(statuses).toContain(429);
      expect((await board.ask('/api/v1/modeldeployments', as('viewer'))).status).toBe(200);
    });
  });

  it.each(['//', '//[', 'http://['])('outlives a path that is none: %s', async (path) => {
    expect((await board.ask(path)).status).toBe(404);
    expect((await board.ask('/api/v1/me')).status).toBe(200);
  });

  it('leaves out an object that cannot be shown, and shows the others', async () => {
    board.objects.put(
      'ml/odd',
      asObject({ metadata: { namespace: 'ml', name: 'odd' }, spec: null, status: 7 }),
    );
    const { rows } = (await board.ask('/api/v1/modeldeployments', as('viewer'))).json() as ListAnswer;
    expect(rows.map(({ key }) => key)).toEqual(['ml/sentiment']);
    expect(board.logger.lines.map(({ message }) => message)).toEqual([
      'something cannot be shown on the dashboard',
    ]);
  });

  it('keeps the row of an object that cannot be shown any more, and says so until it can', async () => {
    const row = async () =>
      ((await board.ask('/api/v1/modeldeployments', as('viewer'))).json() as ListAnswer).rows[0]!;
    const before = await row();
    const metadata = { namespace: 'ml', name: 'sentiment' };
    board.objects.put('ml/sentiment', asObject({ metadata, spec: null, status: 7 }));
    const { message, outdated, ...rest } = await row();
    expect(outdated).toBe(true);
    expect(message).toContain('this is how it was');
    expect({ ...rest, message: before.message }).toEqual(before);
    board.objects.put('ml/sentiment', asObject(pictures.stepping().model));
    const after = await row();
    expect([after.message, after.outdated]).toEqual([before.message, undefined]);
  });

  it('says nothing of itself when it fails', async () => {
    board.people.identify = () => Promise.reject(new TypeError('at secret.ts:12 with token abc'));
    const answer = await board.ask('/api/v1/modeldeployments', as('viewer'));
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/secret|abc|TypeError/);
  });

  it.each(['/api/v1/me', '/api/v1/nothing', '/api/v1/openapi.json'])(
    'guards every answer: %s',
    async (path) => {
      const { headers } = await board.ask(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  describe('the stream of the list', () => {
    const model = (message: string) =>
      asObject({ ...pictures.stepping().model, status: { ...pictures.stepping().model.status, message } });

    it('begins with all, tells what changes, and goes on where it was', async () => {
      const stream = eventsOf(await board.open('/api/v1/stream', as('viewer')));
      const { value: first } = await stream.next();
      expect(first).toMatchObject({ event: 'snapshot', data: { rows: [{ key: 'ml/sentiment' }] } });
      board.objects.put('hr/secret', undefined);
      board.objects.put('ml/sentiment', model('new'));
      const { value: second } = await stream.next();
      expect(second).toMatchObject({ event: 'delta', data: { rows: [{ message: 'new' }], removed: [] } });
      await stream.return(undefined);

      board.objects.put(
        'ml/other',
        asObject({
          ...pictures.healthy().model,
          metadata: { ...pictures.healthy().model.metadata, name: 'other' },
        }),
      );
      board.objects.put('ml/sentiment', undefined);
      const back = eventsOf(
        await board.open('/api/v1/stream', as('viewer', { 'last-event-id': first!.id! })),
      );
      const { value: missed } = await back.next();
      expect(missed).toMatchObject({
        event: 'delta',
        data: { rows: [{ key: 'ml/other' }], removed: ['ml/sentiment'] },
      });
      expect(JSON.stringify(missed)).not.toContain('secret');
      await back.return(undefined);
    });

    it('begins anew for an id that is not known', async () => {
      const stream = eventsOf(
        await board.open('/api/v1/stream', as('viewer', { 'last-event-id': 'made.1.up' })),
      );
      expect((await stream.next()).value).toMatchObject({ event: 'snapshot' });
      await stream.return(undefined);
    });

    it('ends in words when the server stops', async () => {
      const stream = eventsOf(await board.open('/api/v1/stream', as('viewer')));
      await stream.next();
      board.handler.close();
      expect((await stream.next()).value).toMatchObject({ event: 'problem', data: { code: 'unavailable' } });
    });
  });

  it('streams one: sections that change, and that it is gone', async () => {
    const stream = eventsOf(await board.open(`${one}/stream`, as('viewer')));
    const { value: first } = await stream.next();
    expect(first).toMatchObject({ event: 'snapshot', data: { detail: { row: { key: 'ml/sentiment' } } } });
    const { model } = pictures.stepping();
    board.objects.put('ml/sentiment', asObject({ ...model, status: { ...model.status, message: 'new' } }));
    const { value: second } = await stream.next();
    expect(second).toMatchObject({ event: 'delta', data: { changed: { row: { message: 'new' } } } });
    expect(Object.keys((second!.data as { changed: object }).changed)).not.toContain('identity');
    const resumed = eventsOf(
      await board.open(`${one}/stream`, as('viewer', { 'last-event-id': first!.id! })),
    );
    expect((await resumed.next()).value).toMatchObject({
      event: 'delta',
      data: { changed: { row: { message: 'new' } } },
    });
    await resumed.return(undefined);
    board.objects.put('ml/sentiment', undefined);
    expect((await stream.next()).value).toMatchObject({ event: 'gone' });
    await stream.return(undefined);
  });
});

describe('under a name of its own', () => {
  it('answers only to that name', async () => {
    const board = await serveDashboard({ hosts: ['127.0.0.1:1'] });
    try {
      expect((await board.ask('/api/v1/me', { headers: { host: 'rebound.example' } })).status).toBe(421);
      expect((await board.ask('/api/v1/me', { headers: { host: '127.0.0.1:1' } })).status).toBe(200);
    } finally {
      await board.stop();
    }
  });

  it('answers below a prefix, with it and without', async () => {
    const board = await serveDashboard({ basePath: '/models' });
    try {
      expect((await board.ask('/models/api/v1/me')).status).toBe(200);
      expect((await board.ask('/api/v1/me')).status).toBe(200);
      expect((await board.ask('/models')).headers.location).toBe('/models/');
    } finally {
      await board.stop();
    }
  });
});
