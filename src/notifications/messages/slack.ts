import { clipped, type Escape, factsOf, headline, renderText, severityOf } from '../notice-text.ts';
import { addressOf, json, type MessageFormat, type MessageInput } from './message.ts';

/** Nothing in a value mentions anybody, links anywhere or ends a block: the three characters that Slack gives a meaning in `mrkdwn` text. */
export const escapeSlack: Escape = (value) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack takes 3000 characters in a block. */
const longestBlock = 2900;

/** An incoming webhook of Slack, or of what speaks like it. The address is the secret. */
export const slack: MessageFormat = {
  keys: ['url'],
  request(input) {
    return {
      url: addressOf(input),
      headers: { 'content-type': json },
      body: JSON.stringify({ text: escapeSlack(headline(input.notice)), blocks: blocksOf(input) }),
    };
  },
};

function blocksOf({ notice, target, link }: MessageInput): object[] {
  const sign = severityOf(notice) === 'warning' ? ':warning: ' : '';
  const text =
    target.text === undefined
      ? `${sign}*${escapeSlack(headline(notice))}*\n${escapeSlack(notice.message)}`
      : renderText(target.text, notice, escapeSlack, link);
  const facts = factsOf(notice).map(([name, value]) => `${name}: ${escapeSlack(value)}`);
  return [
    { type: 'section', text: { type: 'mrkdwn', text: clipped(text, longestBlock) } },
    ...(target.text === undefined
      ? [{ type: 'context', elements: [{ type: 'mrkdwn', text: clipped(facts.join(' · '), longestBlock) }] }]
      : []),
    ...(link === undefined
      ? []
      : [{ type: 'section', text: { type: 'mrkdwn', text: `<${escapeSlack(link)}|Open the rollout>` } }]),
  ];
}
