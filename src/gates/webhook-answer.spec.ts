import { describe, expect, it } from '@jest/globals';
import { answerOf } from './webhook-answer.ts';

const said = (status: number, body: unknown = '') =>
  answerOf('checks.ml', { status, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('what an answer means', () => {
  it.each([
    ['success, whatever it prints', 200, '<html>', 'Pass', 'checks.ml answers 200'],
    ['success without a body', 204, '', 'Pass', 'checks.ml answers 204'],
    ['a body that says why', 200, { message: 'all 40 cases agree' }, 'Pass', 'all 40 cases agree'],
    ['a body that says no', 200, { verdict: 'fail', message: '3 of 40 differ' }, 'Fail', '3 of 40 differ'],
    ['a body that asks for time', 202, { verdict: 'wait' }, 'Wait', 'checks.ml answers 202'],
    ['a refusal', 403, '', 'Fail', 'checks.ml answers 403'],
    ['a refusal that says why', 422, { message: 'not this model' }, 'Fail', 'not this model'],
    ['a refusal whose body claims a Pass', 400, { verdict: 'pass' }, 'Fail', 'checks.ml answers 400'],
    ['a word that is none', 200, { verdict: 'perhaps', message: 'x' }, 'Pass', 'checks.ml answers 200'],
  ])('%s', (_, status, body, verdict, message) => {
    expect(said(status, body)).toEqual({ kind: 'answered', verdict, message });
  });

  it.each([408, 429, 500, 503, 301])('law 9: %i is no answer', (status) => {
    expect(said(status, { verdict: 'fail' })).toMatchObject({ kind: 'silent' });
  });

  it('a message is cut, and does not move the cursor of who reads it', () => {
    const answer = said(200, { message: `\u001b[2Jcleared\n${'x'.repeat(1000)}` });
    expect(answer.message).toMatch(/^\[2Jcleared x+…?/);
    expect(answer.message.length).toBeLessThanOrEqual(256);
  });
});
