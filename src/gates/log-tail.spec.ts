import { expect, it } from '@jest/globals';
import { logTail, logTailBytes } from './log-tail.ts';

it.each([
  [
    'the last twenty lines',
    Array.from({ length: 30 }, (_, line) => `${line}\n`).join(''),
    Array.from({ length: 20 }, (_, line) => line + 10).join('\n'),
  ],
  ['no empty end', 'accuracy 0.91\n\n\n', 'accuracy 0.91'],
  ['no colours', '\u001b[31mfailed\u001b[0m\n', 'failed'],
  ['no title of a terminal', '\u001b]0;owned\u0007done', 'done'],
  ['no other control characters, but tabs', 'a\u0000\u0007\tb\u009fc', 'a\tbc'],
  ['no change of direction', 'safe\u202egnihtemos\u2066', 'safegnihtemos'],
  ['the last state of a line that was written over', '10 %\r 50 %\r100 %\r\nend\r\n', '100 %\nend'],
  ['nothing of nothing', '', ''],
])('gives %s', (_, text, expected) => expect(logTail(text)).toBe(expected));

it.each(['x', 'é', '漢', '😀'])('keeps the end of what is too long, and cuts no %s in two', (character) => {
  const tail = logTail(`${character.repeat(3_000)}end`);
  expect(tail).toMatch(new RegExp(`^…${character}+end$`, 'u'));
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(logTailBytes);
  expect(Buffer.byteLength(tail)).toBeGreaterThan(logTailBytes - 8);
});

it('takes a text of broken characters', () => {
  expect(logTail('a\ud800b\ufffd')).toBe('ab\ufffd');
});
