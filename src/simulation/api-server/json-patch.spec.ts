import { describe, expect, it } from '@jest/globals';
import { patched } from './json-patch.ts';

describe('patched', () => {
  const document = Object.freeze({ a: { 'x/y': 1, '~': 2 }, list: Object.freeze([1, 2, 3]) });

  it('adds, replaces and removes, in order, and leaves what it was given', () => {
    const after = patched(document, [
      { op: 'add', path: '/a/new', value: { deep: [] } },
      { op: 'add', path: '/a/new/deep/-', value: 'last' },
      { op: 'replace', path: '/a/x~1y', value: 7 },
      { op: 'remove', path: '/a/~0' },
      { op: 'add', path: '/list/1', value: 9 },
      { op: 'remove', path: '/list/0' },
      { op: 'replace', path: '/list/2', value: 8 },
    ]);
    expect(after).toEqual({ a: { 'x/y': 7, new: { deep: ['last'] } }, list: [9, 2, 8] });
    expect(document).toEqual({ a: { 'x/y': 1, '~': 2 }, list: [1, 2, 3] });
  });

  it('a test that fails is a conflict; one that holds changes nothing', () => {
    expect(patched(document, [{ op: 'test', path: '/list', value: [1, 2, 3] }])).toBe(document);
    const failing = () => patched(document, [{ op: 'test', path: '/a/absent', value: 1 }]);
    expect(failing).toThrow(expect.objectContaining({ kind: 'conflict' }));
  });

  it.each([
    ['a path that is not there', { op: 'remove' as const, path: '/a/absent' }],
    ['a parent that is not there', { op: 'add' as const, path: '/absent/b', value: 1 }],
    ['an index behind the end', { op: 'replace' as const, path: '/list/3', value: 1 }],
    ['a field of a number', { op: 'add' as const, path: '/list/0/x', value: 1 }],
  ])('%s is invalid', (_, operation) => {
    expect(() => patched(document, [operation])).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});
