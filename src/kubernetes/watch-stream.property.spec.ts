import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readLines, readWatchEvents } from './watch-stream.ts';

/** Cuts bytes at the given places, wherever characters and lines end. */
async function* cut(bytes: Uint8Array, places: number[]): AsyncGenerator<Uint8Array> {
  const sorted = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of sorted) {
    yield bytes.slice(from, to);
    from = to;
  }
}

const places = fc.array(fc.nat(10_000), { maxLength: 30 });

describe('a stream cut at any bytes', () => {
  it('has the lines that were sent', async () => {
    const lines = fc.array(
      fc
        .string({ unit: 'grapheme', minLength: 1 })
        .filter((text) => !/[\n\r]/.test(text) && text.trim() !== ''),
    );
    await fc.assert(
      fc.asyncProperty(lines, places, async (sent, where) => {
        const bytes = new TextEncoder().encode(sent.map((text) => `${text}\n`).join(''));
        const got: string[] = [];
        for await (const text of readLines('watch', cut(bytes, where))) got.push(text);
        expect(got).toEqual(sent);
      }),
      { numRuns: 200 },
    );
  });

  it('has the events that were sent', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 20 }), places, async (names, where) => {
        const sent = names.map((each) => ({ type: 'ADDED', object: { metadata: { name: each } } }));
        const bytes = new TextEncoder().encode(sent.map((event) => `${JSON.stringify(event)}\n`).join(''));
        const got: unknown[] = [];
        for await (const event of readWatchEvents('watch', cut(bytes, where))) got.push(event);
        expect(got).toEqual(sent);
      }),
      { numRuns: 100 },
    );
  });
});
