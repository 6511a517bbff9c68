import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import type { Reply } from './service-mood.ts';
import { SimulatedHttp } from './simulated-http.ts';

const request = { url: 'https://checks.example.com/1', headers: {}, body: '{}' };
const answers: Reply = { kind: 'answers', afterMs: 50, answer: { status: 204, body: '' }, means: 'Pass' };

/** One call of a service that replies like this, given up after a second, or earlier by `hangUpAfterMs`. */
async function callOf(reply: Reply, hangUpAfterMs = Infinity) {
  const clock = new VirtualClock();
  const hangUp = new AbortController();
  const ends: string[] = [];
  const http = new SimulatedHttp({ clock, receive: () => ({ reply, ended: (how) => ends.push(how) }) });
  const outcome = http.post(request, hangUp.signal, 1_000).then(
    ({ status }) => status,
    (error: Error) => error.message,
  );
  if (hangUpAfterMs < Infinity) clock.after(hangUpAfterMs, () => hangUp.abort(new Error('hung up')));
  await clock.advance(2_000);
  return { outcome: await outcome, ends };
}

describe('a call of a service in the simulated world', () => {
  it.each<[string, Reply, number | undefined, number | string, string]>([
    ['gets its answer', answers, undefined, 204, 'answered'],
    [
      'ends with its time limit',
      { ...answers, afterMs: 1_500 },
      undefined,
      'checks.example.com did not answer within 1000 ms',
      'unanswered',
    ],
    [
      'ends with its time limit where nothing comes',
      { kind: 'hangs' },
      undefined,
      'checks.example.com did not answer within 1000 ms',
      'unanswered',
    ],
    [
      'fails where nobody listens',
      { kind: 'unreachable', afterMs: 5 },
      undefined,
      'checks.example.com cannot be reached: ECONNREFUSED',
      'unanswered',
    ],
    ['ends when the caller hangs up', { kind: 'hangs' }, 300, 'hung up', 'hungUp'],
  ])('%s', async (_what, reply, hangUpAfterMs, outcome, end) => {
    expect(await callOf(reply, hangUpAfterMs)).toEqual({ outcome, ends: [end] });
  });
});
