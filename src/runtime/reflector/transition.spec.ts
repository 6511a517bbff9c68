import { describe, expect, it } from '@jest/globals';
import { thing } from '../testing/things.ts';
import { emptyState, type ReflectorInput, type ReflectorState, transition } from './transition.ts';

const [a, b] = [thing('a'), thing('b')];
const empty: ReflectorState = emptyState;
const listing: ReflectorState = { name: 'Listing', resourceVersion: 'v7', continueToken: 'next' };
const listed: ReflectorState = { name: 'Listed', resourceVersion: 'v7' };
const watching: ReflectorState = { name: 'Watching', resourceVersion: 'v7' };

const page = (items: (typeof a)[], resourceVersion: string, continueToken?: string): ReflectorInput => ({
  type: 'page',
  page: { items, resourceVersion, continueToken },
});
const init = { type: 'Init' };
const initDone = { type: 'InitDone' };

describe('transition', () => {
  it.each([
    ['a whole list', empty, page([a], 'v7'), listed, [init, { type: 'InitApply', object: a }, initDone]],
    ['an empty list', empty, page([], 'v7'), listed, [init, initDone]],
    ['a first page', empty, page([a], 'v7', 'next'), listing, [init, { type: 'InitApply', object: a }]],
    [
      'a middle page, which keeps the version of the first',
      listing,
      page([b], 'v9', 'more'),
      { ...listing, continueToken: 'more' },
      [{ type: 'InitApply', object: b }],
    ],
    [
      'the last page, which keeps the version of the first',
      listing,
      page([b], 'v9'),
      listed,
      [{ type: 'InitApply', object: b }, initDone],
    ],
    ['a failed first page', empty, { type: 'listFailed' }, empty, []],
    ['a list that breaks off', listing, { type: 'listFailed' }, empty, []],
    ['a kind that is not served', empty, { type: 'absent' }, empty, [init, initDone]],
    ['an opened watch', listed, { type: 'watchOpened' }, watching, []],
    [
      'an addition',
      watching,
      { type: 'watchEvent', event: { type: 'ADDED', object: thing('c', 'v8') } },
      { name: 'Watching', resourceVersion: 'v8' },
      [{ type: 'Apply', object: thing('c', 'v8') }],
    ],
    [
      'a deletion',
      watching,
      { type: 'watchEvent', event: { type: 'DELETED', object: thing('c', 'v8') } },
      { name: 'Watching', resourceVersion: 'v8' },
      [{ type: 'Delete', object: thing('c', 'v8') }],
    ],
    [
      'a bookmark, which only moves the version',
      watching,
      { type: 'watchEvent', event: { type: 'BOOKMARK', resourceVersion: 'v30' } },
      { name: 'Watching', resourceVersion: 'v30' },
      [],
    ],
    ['a stream that ends', watching, { type: 'watchEnded' }, listed, []],
    ['a version that is too old', watching, { type: 'watchExpired' }, empty, []],
  ] as [string, ReflectorState, ReflectorInput, ReflectorState, unknown[]][])(
    'follows %s',
    (_what, state, input, next, events) => {
      expect(transition(state, input)).toEqual({ state: next, events });
    },
  );

  it.each([
    [watching, page([], 'v8')],
    [listed, { type: 'watchEnded' }],
    [empty, { type: 'watchOpened' }],
    [listed, { type: 'listFailed' }],
    [watching, { type: 'absent' }],
    [listing, { type: 'watchExpired' }],
    [listed, { type: 'watchEvent', event: { type: 'BOOKMARK', resourceVersion: 'v8' } }],
  ] as [ReflectorState, ReflectorInput][])('refuses what cannot happen: %j %j', (state, input) => {
    expect(() => transition(state, input)).toThrow(`${input.type} cannot happen in state ${state.name}`);
  });
});
