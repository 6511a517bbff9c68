import { clipped, factsOf, headline, plainText, severityOf } from '../notice-text.ts';
import { addressOf, json, type MessageFormat, type MessageInput } from './message.ts';

/**
 * A workflow of Microsoft Teams that is started by a webhook request: an adaptive card in a message. Values stand in text runs, in which
 * nothing is markup.
 */
export const teams: MessageFormat = {
  keys: ['url'],
  request(input) {
    const attachment = {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: cardOf(input),
    };
    return {
      url: addressOf(input),
      headers: { 'content-type': json },
      body: JSON.stringify({ type: 'message', attachments: [attachment] }),
    };
  },
};

function cardOf({ notice, target, link }: MessageInput): object {
  const { text } = target;
  const color = severityOf(notice) === 'warning' ? 'attention' : 'default';
  const lines = text === undefined ? [notice.message] : plainText(notice, text, link).split('\n');
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      paragraph({ type: 'TextRun', text: headline(notice), weight: 'bolder', size: 'medium', color }),
      ...lines.map((line) => paragraph({ type: 'TextRun', text: clipped(line, 4000) })),
      ...(text === undefined
        ? factsOf(notice).map(([name, value]) =>
            paragraph({ type: 'TextRun', text: `${name}: ${value}`, isSubtle: true }),
          )
        : []),
    ],
    ...(link !== undefined && {
      actions: [{ type: 'Action.OpenUrl', title: 'Open the rollout', url: link }],
    }),
  };
}

const paragraph = (run: object) => ({ type: 'RichTextBlock', inlines: [run] });
