import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventParser } from './event-parser.ts';

describe('the parser of event streams', () => {
  const text =
    'retry: 1000\n\nevent: snapshot\nid: 7\ndata: {"a":\ndata: 1}\n\n: still here\n\nevent: heartbeat\ndata: {}\n\nevent: delta\r\nid: 8\r\ndata: x:y\r\n\r\n';
  const events = [
    { name: 'snapshot', id: '7', data: '{"a":\n1}' },
    { name: 'heartbeat', data: '{}' },
    { name: 'delta', id: '8', data: 'x:y' },
  ];

  it('gives whole events', () => expect(new EventParser().push(text)).toEqual(events));

  it('does not care how the network cuts them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
        const parser = new EventParser();
        const ends = [...cuts.sort((one, other) => one - other), text.length];
        const found = ends.flatMap((end, index) => parser.push(text.slice(ends[index - 1] ?? 0, end)));
        expect(found).toEqual(events);
      }),
    );
  });

  it('keeps what is not finished', () => {
    expect(new EventParser().push('event: delta\ndata: half')).toEqual([]);
  });
});
