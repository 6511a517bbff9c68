import { describe, expect, it } from '@jest/globals';
import { parseOptions, UsageError } from './options.ts';

describe('the options', () => {
  it('are a thousand and ten thousand for all of them, where nothing is said', () => {
    expect(parseOptions([])).toEqual({
      quick: false,
      objects: [1_000, 10_000],
      contenders: ['understudy', 'argo-rollouts', 'flagger'],
    });
  });

  it('say how many objects, of whom, and how long a soak is', () => {
    expect(parseOptions(['--objects', '50,60', '--contenders', 'flagger,understudy'])).toMatchObject({
      objects: [50, 60],
      contenders: ['flagger', 'understudy'],
    });
    expect(parseOptions(['--soak', '60']).soakMinutes).toBe(60);
  });

  it('may stand in any order beside --quick', () => {
    expect(parseOptions(['--objects', '50', '--quick'])).toMatchObject({ quick: true, objects: [50] });
  });

  it.each([
    [['--fast'], 'found --fast; accepted: --quick, --objects, --contenders, --soak'],
    [['--objects'], '--objects needs a value'],
    [['--objects', '0'], '--objects: found 0; accepted: whole numbers from 1'],
    [['--soak', '1.5'], '--soak: found 1.5; accepted: whole numbers from 1'],
    [
      ['--contenders', 'spinnaker'],
      '--contenders: found spinnaker; accepted: understudy, argo-rollouts, flagger',
    ],
  ])('%j are refused in words', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(new UsageError(message));
  });
});
