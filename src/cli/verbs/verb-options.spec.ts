import { describe, expect, it } from '@jest/globals';
import { rolloutVerbs, type RolloutVerb } from '../../api/rollout-action.ts';
import { parseVerbOptions, verbHelp } from './verb-options.ts';

describe('the flags of a verb', () => {
  it('wait for the answer, for as long as the verb takes', () => {
    expect(parseVerbOptions('pause', ['md/one'])).toMatchObject({
      name: 'one',
      wait: true,
      timeoutMs: 120_000,
    });
    expect(parseVerbOptions('restart', ['one'])).toMatchObject({ timeoutMs: 1_800_000 });
    expect(parseVerbOptions('pause', ['--wait', 'one'])).toMatchObject({ name: 'one', wait: true });
    expect(parseVerbOptions('pause', ['one', '--wait=false'])).toMatchObject({ wait: false });
  });

  it('belong to the verbs that have them', () => {
    expect(parseVerbOptions('promote', ['one', '--full'])).toMatchObject({ full: true });
    expect(parseVerbOptions('rollback', ['one', '--to', '3'])).toMatchObject({ revision: '3' });
    expect(parseVerbOptions('restart', ['one', '--revision=b81e0c4d5e'])).toMatchObject({
      revision: 'b81e0c4d5e',
    });
    expect(() => parseVerbOptions('skip', ['one', '--full'])).toThrow("Unknown option '--full'");
    expect(() => parseVerbOptions('abort', ['one', '--to', '3'])).toThrow("Unknown option '--to'");
  });

  it.each<[string, string[], string]>([
    ['no name', [], 'pause needs the name of one ModelDeployment: none is given'],
    [
      'an answer to --wait that is none',
      ['one', '--wait=maybe'],
      '--wait: found "maybe"; accepted: true or false',
    ],
    ['a time without a unit', ['one', '--timeout', '5'], '--timeout: "5" is no duration'],
    ['an output that an action does not have', ['one', '-o', 'wide'], 'accepted: json, yaml, name'],
  ])('refuse %s', (_, argv, words) => {
    expect(() => parseVerbOptions('pause', argv)).toThrow(words);
  });

  it.each(Object.keys(rolloutVerbs) as RolloutVerb[])('are told of by the help of %s', (verb) => {
    expect(parseVerbOptions(verb, ['--help'])).toBe('help');
    expect(verbHelp(verb, 'kubectl understudy')).toContain(`Usage: kubectl understudy ${verb} NAME`);
  });
});
