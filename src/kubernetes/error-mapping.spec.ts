import { describe, expect, it } from '@jest/globals';
import { ClusterError } from './cluster-error.ts';
import {
  errorFromAnswer,
  errorFromTransport,
  errorFromWatchStatus,
  type FailedAnswer,
} from './error-mapping.ts';

const status = (code: number, reason?: string, details?: object): string =>
  JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'why',
    reason,
    code,
    details,
  });

const answer = (code: number, body: string, headers: FailedAnswer['headers'] = {}): FailedAnswer => ({
  status: code,
  headers,
  body,
});

describe('errorFromAnswer', () => {
  it.each([
    ['a lost race', answer(409, status(409, 'Conflict')), 'conflict'],
    ['a name that is taken', answer(409, status(409, 'AlreadyExists')), 'alreadyExists'],
    ['a 409 of a proxy', answer(409, 'no'), 'conflict'],
    ['an absent object', answer(404, status(404, 'NotFound')), 'notFound'],
    ['an absent kind', answer(404, '404 page not found'), 'notFound'],
    ['a missing right', answer(403, status(403, 'Forbidden')), 'forbidden'],
    ['a bad token', answer(401, status(401, 'Unauthorized')), 'unauthorized'],
    ['a failed validation', answer(422, status(422, 'Invalid', { causes: [{ field: 'spec' }] })), 'invalid'],
    ['an unknown field', answer(400, status(400, 'BadRequest')), 'invalid'],
    ['an object that is too large', answer(413, 'too large'), 'invalid'],
    ['a media type that is not spoken', answer(415, status(415, 'UnsupportedMediaType')), 'invalid'],
    ['an old version', answer(410, status(410, 'Expired')), 'expired'],
    ['an old version, said by the reason alone', answer(400, status(400, 'Expired')), 'expired'],
    ['an old version, said by the code alone', answer(410, ''), 'expired'],
    ['too many requests', answer(429, status(429, 'TooManyRequests')), 'throttled'],
    [
      'an overloaded server',
      answer(503, status(503, 'ServiceUnavailable'), { 'retry-after': '3' }),
      'throttled',
    ],
    ['a server that is not there yet', answer(503, status(503, 'ServiceUnavailable')), 'serverError'],
    ['a failure inside', answer(500, status(500, 'InternalError')), 'serverError'],
    ['a gateway timeout', answer(504, '<html>'), 'serverError'],
    ['a redirect', answer(302, ''), 'unreachable'],
  ])('%s', (_, given, kind) => {
    expect(errorFromAnswer('get pods ml/a', given)).toMatchObject({ kind, status: given.status });
  });

  it.each([
    ['a number of seconds', answer(429, '', { 'retry-after': '7' }), 7000],
    ['the first of several', answer(429, '', { 'retry-after': ['2', '9'] }), 2000],
    ['the details of the Status', answer(429, status(429, undefined, { retryAfterSeconds: 4 })), 4000],
    ['a date that is past', answer(429, '', { 'retry-after': 'Mon, 01 Jan 2001 00:00:00 GMT' }), 0],
    ['nonsense', answer(429, '', { 'retry-after': 'soon' }), undefined],
    ['nothing', answer(429, ''), undefined],
    ['a wait that belongs to no throttling', answer(500, '', { 'retry-after': '7' }), undefined],
  ])('Retry-After: %s', (_, given, retryAfterMs) => {
    expect(errorFromAnswer('list pods', given).retryAfterMs).toBe(retryAfterMs);
  });

  it('reads a date in the future as the time until then', () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfterMs } = errorFromAnswer('list pods', answer(503, '', { 'retry-after': date }));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('takes a bare 422 for a failed test only when the patch held one', () => {
    const bare = answer(422, status(422, 'Invalid', {}));
    const validation = answer(422, status(422, 'Invalid', { causes: [{ field: 'spec.replicas' }] }));
    expect(errorFromAnswer('patch', bare, true).kind).toBe('conflict');
    expect(errorFromAnswer('patch', bare, false).kind).toBe('invalid');
    expect(errorFromAnswer('patch', validation, true).kind).toBe('invalid');
  });

  it('tells a budget that allows no eviction from a server that is busy, and passes on which one it is', () => {
    const cause = { reason: 'DisruptionBudget', message: 'The disruption budget keep needs 2 healthy pods' };
    const refused = answer(429, status(429, 'TooManyRequests', { causes: [cause] }));
    expect(errorFromAnswer('evict pods ml/a', refused)).toMatchObject({
      kind: 'disruptionBudget',
      message: expect.stringContaining('The disruption budget keep needs 2 healthy pods'),
      retryAfterMs: undefined,
    });
  });

  it('blames the content, not the server, for an apply that does not fit the schema', () => {
    const message =
      'failed to create typed patch object (ml/a; apps/v1, Kind=Deployment): .spec.foo: not declared';
    const body = JSON.stringify({ kind: 'Status', code: 500, message });
    expect(errorFromAnswer('apply', answer(500, body)).kind).toBe('invalid');
  });

  it('says which call failed, what the server said, and how', () => {
    const error = errorFromAnswer('get pods ml/a', answer(404, status(404, 'NotFound')));
    expect(error.message).toBe('get pods ml/a: why (404 NotFound)');
    expect(errorFromAnswer('get pods ml/a', answer(502, '')).message).toBe('get pods ml/a: no message (502)');
  });

  it('cuts a long text in the middle, for the reason stands at its end', () => {
    const body = JSON.stringify({ kind: 'Status', message: `begin ${'x'.repeat(100_000)} end` });
    const { message } = errorFromAnswer('patch', answer(422, body));
    expect(message.length).toBeLessThan(1000);
    expect(message).toMatch(/begin x.* … .*x end \(422\)/);
  });
});

describe('errorFromWatchStatus', () => {
  it.each([
    ['an old version', { code: 410, reason: 'Expired', message: 'too old' }, 'expired'],
    ['a failure', { code: 500, message: 'etcd' }, 'serverError'],
    ['throttling', { code: 429, details: { retryAfterSeconds: 1 } }, 'throttled'],
    ['nothing that can be read', null, 'serverError'],
  ])('%s', (_, object, kind) => expect(errorFromWatchStatus('watch pods', object).kind).toBe(kind));
});

describe('errorFromTransport', () => {
  it('keeps an error that is already mapped', () => {
    const error = new ClusterError('notFound', 'x');
    expect(errorFromTransport('get', error)).toBe(error);
  });

  it('names the cause, also where Node hides it', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:6443');
    const joined = new AggregateError([refused], '');
    expect(errorFromTransport('get pods', refused)).toMatchObject({ kind: 'unreachable', cause: refused });
    expect(errorFromTransport('get pods', joined).message).toBe(
      'get pods: connect ECONNREFUSED 127.0.0.1:6443',
    );
    expect(errorFromTransport('get pods', 'odd').message).toBe('get pods: odd');
  });
});
