import { describe, expect, it } from '@jest/globals';
import type { WatchEvent } from './cluster.ts';
import { readLines, readWatchEvents } from './watch-stream.ts';

const encoder = new TextEncoder();

async function* bodyOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', resourceVersion: '5' } };
const line = (type: string, object: unknown = pod): string => `${JSON.stringify({ type, object })}\n`;

describe('readLines', () => {
  it.each([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['a line over three chunks', ['a', 'b', 'c\nd\n'], ['abc', 'd']],
    ['an end in a chunk of its own', ['ab', '\n', 'c\n'], ['ab', 'c']],
    ['no end at the end', ['a\nb'], ['a', 'b']],
    ['empty lines', ['\n\na\n \n'], ['a']],
    ['nothing', [], []],
  ])('%s', async (_, chunks, expected) => {
    expect(await collect(readLines('watch', bodyOf(...chunks)))).toEqual(expected);
  });

  it('joins a character that is split over two chunks', async () => {
    const bytes = encoder.encode('größe\n');
    const body = bodyOf(bytes.slice(0, 3), bytes.slice(3));
    expect(await collect(readLines('watch', body))).toEqual(['größe']);
  });

  it.each([
    ['bytes that are no UTF-8', [new Uint8Array([0xff, 0x0a])]],
    ['a character that never ends', [new Uint8Array([0xc3])]],
  ])('breaks on %s', async (_, chunks) => {
    await expect(collect(readLines('watch pods', bodyOf(...chunks)))).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('no UTF-8'),
    });
  });

  it('breaks on a line that does not end', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x61);
    const chunks = Array.from({ length: 40 }, () => chunk);
    await expect(collect(readLines('watch pods', bodyOf(...chunks)))).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });
});

describe('readWatchEvents', () => {
  it('yields objects and the versions of bookmarks', async () => {
    const events = await collect(
      readWatchEvents(
        'watch pods',
        bodyOf(line('ADDED'), line('MODIFIED') + line('DELETED') + line('BOOKMARK')),
      ),
    );
    expect(events).toEqual([
      { type: 'ADDED', object: pod },
      { type: 'MODIFIED', object: pod },
      { type: 'DELETED', object: pod },
      { type: 'BOOKMARK', resourceVersion: '5' },
    ]);
  });

  it.each([
    ['a line cut in the middle', line('ADDED').slice(0, 30), 'unreachable'],
    ['a page of a proxy', '<html>bad gateway</html>\n', 'unreachable'],
    ['JSON that is no event', '17\n', 'unreachable'],
    ['null', 'null\n', 'unreachable'],
    ['an unknown type', line('SYNC'), 'unreachable'],
    ['an event without an object', line('ADDED', null), 'unreachable'],
    ['a bookmark without a version', line('BOOKMARK', { metadata: {} }), 'unreachable'],
    ['an old version', line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }), 'expired'],
    ['a failure of the server', line('ERROR', { kind: 'Status', code: 500 }), 'serverError'],
  ])('throws on %s, after what came before it', async (_, bad, kind) => {
    const seen: WatchEvent[] = [];
    const read = async () => {
      for await (const event of readWatchEvents('watch pods', bodyOf(line('ADDED'), bad, line('MODIFIED')))) {
        seen.push(event);
      }
    };
    await expect(read()).rejects.toMatchObject({ name: 'ClusterError', kind });
    expect(seen).toHaveLength(1);
  });
});
