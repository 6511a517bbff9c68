import { describe, expect, it } from '@jest/globals';
import { toldByDefault } from '../../api/notification.ts';
import { noticeOf } from '../testing/notices.ts';
import { mailOf } from './email.ts';

const secrets = { has: () => true, need: (key: string) => `${key}@example.com` };
const target = { name: 'global:ops', type: 'email' as const, events: toldByDefault, to: ['ann@example.com'] };
const link = 'https://understudy.example.com/?model=ml/digits&rollout=digits-7';

describe('a mail', () => {
  it('has the reason, the numbers and the link, and the id by which it is known again', () => {
    const mail = mailOf({ notice: noticeOf(), target, secrets, link });
    expect(mail).toMatchObject({
      from: 'from@example.com',
      to: ['ann@example.com'],
      subject: 'ml/digits: rolled back',
      headers: { 'Message-ID': '<uid.7.3.global.ops@understudy.dev>', Importance: 'high' },
    });
    for (const part of ['37 of 410', 'AnalysisFailed', link]) expect(mail.text).toContain(part);
    expect(mailOf({ notice: noticeOf(), target, secrets, link }).headers).toEqual(mail.headers);
  });

  it('has no line in its headers that somebody else wrote', () => {
    const from = { has: () => true, need: () => 'a@example.com\r\nBcc: b@example.com' };
    const mail = mailOf({
      notice: noticeOf({ name: 'x\r\nBcc: c@example.com' }),
      target,
      secrets: from,
      link,
    });
    expect(JSON.stringify([mail.from, mail.subject])).not.toMatch(/\\[rn]/);
  });

  it('has the text that its author wrote', () => {
    const own = { ...target, text: '{{ name }}: {{ message }}' };
    expect(mailOf({ notice: noticeOf(), target: own, secrets, link }).text).toContain(
      'digits: errors: 37 of 410',
    );
  });
});
