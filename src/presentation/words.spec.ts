import { describe, expect, it } from '@jest/globals';
import { model } from '../cli/testing/pictures.ts';
import { ageWords, isServing, messageOf, shareWords } from './words.ts';

describe('words', () => {
  it.each([
    [-5, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [725_000, '12m5s'],
    [18_720_000, '5h12m'],
    [273_600_000, '3d4h'],
    [21 * 86_400_000, '21d'],
  ])('%d ms are %s', (ms, words) => expect(ageWords(ms)).toBe(words));

  it('shares have a decimal where they need one', () => {
    expect([5, 0.1, 33.333].map(shareWords)).toEqual(['5 %', '0.1 %', '33.3 %']);
  });

  it('an old message is not taken for the answer to a new spec', () => {
    const seen = model({ observedGeneration: 3, phase: 'Healthy', message: 'all is well' });
    expect(messageOf(seen)).toBe('the last change of the spec is not seen yet; before: all is well');
    expect(messageOf(model(undefined))).toBe('no controller has looked at it yet');
  });

  it('who is deleted says so', () => {
    const gone = model({ observedGeneration: 4, phase: 'Healthy', message: 'all is well' });
    gone.metadata.deletionTimestamp = '2026-03-14T02:59:00Z';
    expect(messageOf(gone)).toBe('it is being deleted; all is well');
  });

  it('users count as served as long as nothing says otherwise', () => {
    expect(isServing(model({}))).toBe(true);
  });
});
