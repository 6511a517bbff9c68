import { describe, expect, it } from '@jest/globals';
import type { Sticky } from '../../domain/traffic/route-extras.ts';
import type { SessionPersistence } from './route-meaning.ts';
import { sessionPersistence, stickyOf } from './session-persistence.ts';

/** A duration as the schema of gateway.networking.k8s.io/v1 has it. */
const gatewayDuration = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

describe('sessionPersistence', () => {
  const cases: [string, Sticky, SessionPersistence][] = [
    [
      'a cookie with an end',
      { kind: 'cookie', name: 'understudy', maxAgeMs: 5_400_000 },
      {
        sessionName: 'understudy',
        type: 'Cookie',
        absoluteTimeout: '1h30m',
        cookieConfig: { lifetimeType: 'Permanent' },
      },
    ],
    [
      "a cookie for the client's session",
      { kind: 'cookie', name: 'understudy' },
      { sessionName: 'understudy', type: 'Cookie', cookieConfig: { lifetimeType: 'Session' } },
    ],
    ['a header', { kind: 'header', name: 'x-user' }, { sessionName: 'x-user', type: 'Header' }],
  ];
  it.each(cases)('writes %s, and reads it back', (_name, sticky, written) => {
    expect(sessionPersistence(sticky)).toEqual(written);
    expect(stickyOf(written)).toEqual(sticky);
  });

  it.each([1, 999, 60_001, 86_399_999, 31_536_000_000])('%d ms is a duration of the API', (maxAgeMs) => {
    expect(sessionPersistence({ kind: 'cookie', name: 'x', maxAgeMs }).absoluteTimeout).toMatch(
      gatewayDuration,
    );
  });

  it.each([
    ['nothing', undefined, undefined],
    ['what the API fills in', {}, { kind: 'cookie', name: '' }],
    [
      'a session cookie that the gateway ends',
      { sessionName: 'x', absoluteTimeout: '1h' },
      { kind: 'cookie', name: 'x' },
    ],
  ])('reads %s', (_name, live, sticky) => {
    expect(stickyOf(live)).toEqual(sticky);
  });
});
