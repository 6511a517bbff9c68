import { clipped, type Escape, factsOf, headline, renderText, severityOf } from '../notice-text.ts';
import { addressOf, json, type MessageFormat } from './message.ts';

/** Every character to which Discord's Markdown may give a meaning stands for itself. Mentions are switched off in the message. */
export const escapeDiscord: Escape = (value) => value.replaceAll(/[\\`*_~|<>[\]()#:@-]/g, String.raw`\$&`);

const colors = { info: 0x3b82f6, warning: 0xd97706 };

/** A webhook of a Discord channel. The address is the secret. */
export const discord: MessageFormat = {
  keys: ['url'],
  request(input) {
    const { notice, target, link } = input;
    const isOwn = target.text !== undefined;
    const description = isOwn
      ? renderText(target.text!, notice, escapeDiscord, link)
      : escapeDiscord(notice.message);
    const embed = {
      title: clipped(escapeDiscord(headline(notice)), 256),
      description: clipped(description, 4000),
      color: colors[severityOf(notice)],
      timestamp: notice.at,
      ...(link !== undefined && { url: link }),
      ...(!isOwn && {
        fields: factsOf(notice).map(([name, value]) => ({
          name,
          value: clipped(escapeDiscord(value), 1000),
          inline: true,
        })),
      }),
    };
    return {
      url: addressOf(input),
      headers: { 'content-type': json },
      body: JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } }),
    };
  },
};
