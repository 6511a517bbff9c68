import { describe, expect, it } from '@jest/globals';
import {
  type Condition,
  findCondition,
  hasCondition,
  removeCondition,
  setCondition,
  summarise,
  type Summarised,
} from './conditions.ts';

const atMs = Date.UTC(2026, 0, 1, 12, 0, 0, 900);
const condition = (
  type: string,
  status: Condition['status'],
  fields: Partial<Condition> = {},
): Condition => ({
  ...{ type, status, reason: 'Because', message: 'words', lastTransitionTime: '2025-01-01T00:00:00Z' },
  observedGeneration: 1,
  ...fields,
});
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Because',
  message: 'words',
  observedGeneration: 1,
} as const;

describe('setCondition', () => {
  it('adds a condition with the time in whole seconds', () => {
    expect(setCondition([], ready, atMs)).toEqual([{ ...ready, lastTransitionTime: '2026-01-01T12:00:00Z' }]);
  });

  it('keeps the time when the status stays, and sets it when it changes', () => {
    const before = [condition('Ready', 'True')];
    const words = setCondition(before, { ...ready, reason: 'Other', message: 'more' }, atMs);
    expect(words[0]).toMatchObject({
      reason: 'Other',
      message: 'more',
      lastTransitionTime: '2025-01-01T00:00:00Z',
    });
    const generation = setCondition(before, { ...ready, observedGeneration: 2 }, atMs);
    expect(generation[0]).toMatchObject({
      observedGeneration: 2,
      lastTransitionTime: '2025-01-01T00:00:00Z',
    });
    const status = setCondition(before, { ...ready, status: 'False' }, atMs);
    expect(status[0]).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T12:00:00Z' });
    expect(before).toEqual([condition('Ready', 'True')]);
  });

  it('returns the same array when nothing changed, also when its order is another', () => {
    const before = [condition('Foreign', 'True'), condition('Ready', 'True')];
    expect(setCondition(before, ready, atMs, ['Ready'])).toBe(before);
  });

  it('puts its own in their order, and leaves foreign ones as they are behind them', () => {
    const { observedGeneration: _none, ...foreign } = condition('Foreign', 'Unknown');
    const before: Condition[] = [foreign, condition('Stalled', 'False')];
    const after = setCondition(before, ready, atMs, ['Ready', 'Stalled']);
    expect(after.map(({ type }) => type)).toEqual(['Ready', 'Stalled', 'Foreign']);
    expect(after[2]).toBe(foreign);
  });
});

describe('removeCondition', () => {
  it('takes one away, and returns the same array when it is not there', () => {
    const before = [condition('A', 'True'), condition('B', 'True')];
    expect(removeCondition(before, 'A').map(({ type }) => type)).toEqual(['B']);
    expect(removeCondition(before, 'C')).toBe(before);
  });
});

describe('summarise', () => {
  const declared: Summarised[] = [
    { type: 'Stalled', polarity: 'negative' },
    { type: 'Available', polarity: 'positive' },
    { type: 'Applied', polarity: 'positive' },
  ];
  const well = { reason: 'Settled', message: 'all is well' };
  const words = (type: string) => ({ reason: `Why${type}`, message: type });
  const available = condition('Available', 'True');
  const applied = condition('Applied', 'True');

  it.each([
    ['all is well', [available, applied], { status: 'True', ...well }],
    [
      'all is well, and the negative one says so',
      [available, applied, condition('Stalled', 'False')],
      { status: 'True' },
    ],
    [
      'a negative one is True',
      [available, applied, condition('Stalled', 'True', words('Stalled'))],
      { status: 'False', ...words('Stalled') },
    ],
    [
      'the first bad one speaks',
      [condition('Applied', 'False', words('Applied')), condition('Available', 'False', words('Available'))],
      { status: 'False', ...words('Available') },
    ],
    [
      'False outweighs an Unknown before it',
      [condition('Available', 'Unknown'), condition('Applied', 'False', words('Applied'))],
      { status: 'False', ...words('Applied') },
    ],
    [
      'one is missing',
      [applied],
      { status: 'Unknown', reason: 'AvailableUnknown', message: 'Available is not known yet' },
    ],
    [
      'one is Unknown',
      [condition('Available', 'Unknown', words('Available')), applied],
      { status: 'Unknown', ...words('Available') },
    ],
    ['a foreign one is bad', [available, applied, condition('Foreign', 'False')], { status: 'True' }],
  ] as [string, Condition[], object][])('when %s', (_what, conditions, summary) => {
    expect(summarise(conditions, declared, well)).toMatchObject(summary);
  });

  it('finds conditions', () => {
    expect(findCondition([available, applied], 'Applied')).toBe(applied);
    expect(hasCondition([available], 'Available', 'True')).toBe(true);
    expect(hasCondition([available], 'Applied', 'True')).toBe(false);
  });
});
