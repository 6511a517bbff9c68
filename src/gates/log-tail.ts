import { stripVTControlCharacters } from 'node:util';

/** What of a log goes into a record. */
export const logTailLines = 20;
export const logTailBytes = 2 * 1024;

const mark = '…';

/**
 * The last lines of a log as a record takes them: at most 20 lines and 2 KiB of UTF-8, of which the end is kept. Colours, bells and other
 * characters that steer a terminal are taken out, and of a line that was written over several times (a progress bar) the last state is kept.
 */
export function logTail(text: string): string {
  const lines = stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trimEnd().replace(/^.*\r/s, '').replaceAll(unprintable, ''));
  while (lines.at(-1) === '') lines.pop();
  return lastBytes(lines.slice(-logTailLines).join('\n'), logTailBytes);
}

/** Control characters but for tabs, what turns the direction of writing, and halves of characters. */
const unprintable = /(?!\t)[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The end of a text, with a mark where its beginning was cut off; no character is cut in two. */
function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limit) return text;
  let start = bytes.length - (limit - Buffer.byteLength(mark));
  // Bytes of the form 10xxxxxx go on with a character.
  while ((bytes[start]! & 0xc0) === 0x80) start += 1;
  return mark + bytes.subarray(start).toString('utf8');
}
