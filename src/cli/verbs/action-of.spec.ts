import { describe, expect, it } from '@jest/globals';
import { RolloutActionSpec, rolloutVerbs, type RolloutVerb } from '../../api/rollout-action.ts';
import { Problem } from '../problem.ts';
import { model, rollout, stepping } from '../testing/pictures.ts';
import { actionOf, revisionNamed } from './action-of.ts';

const made = { name: 'sentiment-x-abcde', requestedBy: 'alice' };
const { model: running } = stepping();

describe('the RolloutAction for a verb', () => {
  it.each(Object.keys(rolloutVerbs) as RolloutVerb[])(
    '%s is one that the API takes, in the own name',
    (verb) => {
      const action = actionOf({ verb, reason: 'because' }, running, made);
      expect(RolloutActionSpec.safeParse(action['spec']).error).toBeUndefined();
      expect(action).toMatchObject({
        metadata: { name: made.name, namespace: 'ml' },
        spec: { verb, reason: 'because', requestedBy: 'alice', target: { name: 'sentiment', uid: 'a-uid' } },
      });
    },
  );

  it('is pinned to the gate at which the person looked', () => {
    const target = (verb: RolloutVerb) => actionOf({ verb }, running, made)['spec'].target;
    expect(target('promote')).toMatchObject({ rollout: 'sentiment-7', step: 1 });
    expect(target('skip')).toMatchObject({ rollout: 'sentiment-7', step: 1 });
    expect(target('abort')).toEqual({ name: 'sentiment', uid: 'a-uid', rollout: 'sentiment-7' });
    // Who wants to go back wants it whatever rolls out by now.
    expect(target('rollback')).toEqual({ name: 'sentiment', uid: 'a-uid' });
  });

  it('is not made where no rollout ever was', () => {
    const first = model({ observedGeneration: 4, phase: 'Healthy' });
    expect(() => actionOf({ verb: 'abort' }, first, made)).toThrow(
      'ml/sentiment had no rollout yet: there is nothing to abort',
    );
    expect(actionOf({ verb: 'restart' }, first, made)['spec'].target).toEqual({
      name: 'sentiment',
      uid: 'a-uid',
    });
  });
});

describe('the revision that somebody means', () => {
  const records = stepping().rollouts;

  it.each([
    ['its name', 'b81e0c4d5e', 'b81e0c4d5e'],
    ['the version of its model', '3', '7f3c9a1b2d'],
    ['a name that no record knows', 'aaaaaaaaaa', 'aaaaaaaaaa'],
  ])('by %s', (_, text, revision) => {
    expect(revisionNamed(text, running, records)).toBe(revision);
  });

  it('is not guessed', () => {
    const twice = [
      ...records,
      {
        ...rollout({}, 5),
        spec: { ...rollout({}, 5).spec, to: { revision: 'dddddddddd', model: { version: '3' } } },
      },
    ];
    expect(() => revisionNamed('3', running, twice)).toThrow(
      'version 3 is that of several revisions: b81e0c4d5e, 7f3c9a1b2d'.replace(
        'b81e0c4d5e, 7f3c9a1b2d',
        '7f3c9a1b2d, dddddddddd',
      ),
    );
    const problem = (() => {
      try {
        return revisionNamed('9', running, records);
      } catch (error) {
        return error;
      }
    })();
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({
      message: 'there is no revision "9"',
      next: ['Known are: b81e0c4d5e (version 4), 7f3c9a1b2d (version 3).'],
    });
  });
});
