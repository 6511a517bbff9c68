import { headline, plainText, severityOf } from '../notice-text.ts';
import type { MessageInput } from './message.ts';

/** The keys of a Secret that says how mail is sent. */
export const emailKeys = ['url', 'username', 'password', 'from'] as const;

/** A mail for people: text alone, so that nothing in it is markup or a picture that calls home. */
export interface Mail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  headers: Readonly<Record<string, string>>;
}

/** One line: a header ends where a line does. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

/** What is sent of a notice. Its id stands in the header Message-ID, so that a mail program knows one that comes twice. */
export function mailOf({ notice, target, secrets, link }: Omit<MessageInput, 'nowMs'>): Mail {
  const urgent = severityOf(notice) === 'warning';
  return {
    from: oneLine(secrets.need('from')),
    to: target.to ?? [],
    subject: oneLine(headline(notice)),
    text: `${plainText(notice, target.text, link)}\n`,
    headers: {
      'Message-ID': `<${notice.id}.${target.name.replace(':', '.')}@understudy.dev>`,
      'Auto-Submitted': 'auto-generated',
      ...(urgent && { Importance: 'high' }),
    },
  };
}
