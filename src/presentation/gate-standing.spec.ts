import { describe, expect, it } from '@jest/globals';
import { type Gate, resolveGate } from '../api/gate.ts';
import type { GateRecord } from '../api/gate-record.ts';
import type { ModelRolloutStatus } from '../api/model-rollout.ts';
import { ago, conditions, model, nowMs, rollout } from '../cli/testing/pictures.ts';
import { gateStandings } from './gate-standing.ts';
import { meaningWords, sayingWords } from './gate-words.ts';

const webhook = { url: 'https://checks.example.com/' };
const gateOf = (when: Gate['when'], more: Partial<Gate> = {}) =>
  resolveGate({ name: when, when, webhook, ...more });
const said = (name: string, more: Partial<GateRecord> = {}): GateRecord => ({
  ...{ name, place: 1, round: 0, said: 'Pass', at: ago(30), failures: 0, message: 'in its own words' },
  ...more,
});

const inForce = { step: { index: 1, enteredAt: ago(80), appliedAt: ago(75) } };
const baking = { phase: 'Baking', weight: 100, step: { ...inForce.step, index: 5 } } as const;
const preparing = { phase: 'Preparing', weight: 0, step: { index: 0, enteredAt: ago(80) } } as const;
const candidateIs = (status: 'True' | 'False') =>
  model({ conditions: conditions(40, `CandidateReady=${status} CandidateReady: pods`) });

function standings(
  status: Partial<ModelRolloutStatus>,
  {
    gates = (['before', 'during', 'after'] as const).map((when) => gateOf(when)),
    of,
  }: { gates?: ReturnType<typeof resolveGate>[]; of?: ReturnType<typeof model> } = {},
) {
  const record = rollout(status);
  record.spec.gates = gates;
  return gateStandings(record, nowMs, of).map((standing) => ({
    ...standing,
    words: sayingWords(standing, record.spec.plan),
  }));
}
const states = (...given: Parameters<typeof standings>) => standings(...given).map(({ state }) => state);
/** The gate of a step, in the middle of it. */
const during = (records: GateRecord[], more: Partial<Gate> = {}, status = inForce) =>
  standings({ ...status, gates: records }, { gates: [gateOf('during', more)] })[0]!;

describe('where a gate stands', () => {
  it('follows the rollout from its beginning to its end', () => {
    expect(states(preparing, { of: candidateIs('False') })).toEqual(['ahead', 'ahead', 'ahead']);
    expect(states(preparing, { of: candidateIs('True') })).toEqual(['asked', 'ahead', 'ahead']);
    expect(states(inForce)).toEqual(['never', 'asked', 'ahead']);
    expect(states({ phase: 'Promoting', weight: 100 })).toEqual(['never', 'never', 'ahead']);
    expect(states(baking)).toEqual(['never', 'never', 'asked']);
    expect(states({ phase: 'Ended', outcome: 'Aborted' })).toEqual(['never', 'never', 'never']);
    expect(states({ ...inForce, gates: [said('before', { place: 0 })] })[0]).toBe('passed');
  });

  it('asks nothing of who promotes in full', () =>
    expect(states({ ...inForce, full: true })).toEqual(['never', 'never', 'never']));

  it('says since when an answer is awaited', () => {
    expect(standings(preparing, { of: candidateIs('True') })[0]).toMatchObject({
      askedSinceMs: nowMs - 40_000,
    });
    expect(during([])).toMatchObject({ state: 'asked', askedSinceMs: nowMs - 75_000 });
    expect(during([], {}, { step: { index: 1, enteredAt: ago(80) } } as never)).toMatchObject({
      state: 'ahead',
    });
  });

  it('says when it is asked again, or since when it has been', () => {
    expect(during([said('during')])).toMatchObject({ state: 'passed', nextAtMs: nowMs + 30_000 });
    expect(during([said('during', { at: ago(70) })])).toMatchObject({ askedSinceMs: nowMs - 10_000 });
    const over = during([said('during', { said: 'Fail', failures: 1 })]);
    expect(over).toMatchObject({ state: 'failed' });
    expect([over.nextAtMs, over.askedSinceMs]).toEqual([undefined, undefined]);
  });

  it('takes what was said at a step before for what it is', () => {
    const earlier = during([said('during', { place: 0 })]);
    expect(earlier).toMatchObject({ state: 'asked', isEarlier: true });
    expect(earlier.words).toBe('asked at this step; it said yes at step 1 of 4');
  });

  it('keeps in the record of a past rollout what was said', () => {
    const past = standings({
      ...{ phase: 'Ended', outcome: 'RolledBack', weight: 0 },
      gates: [said('during', { said: 'Fail', failures: 1 })],
    });
    expect(past.map(({ state, words }) => [state, words])).toEqual([
      ['never', 'was not asked'],
      ['failed', 'said no at step 2 of 4'],
      ['never', 'was not asked'],
    ]);
    expect(past[1]).not.toHaveProperty('nextAtMs');
  });
});

describe('the words of a gate', () => {
  it.each([
    [{ said: 'Wait' }, {}, 'said not yet at step 2 of 4'],
    [{ said: 'Silent' }, {}, 'gave no answer at step 2 of 4'],
    [{ said: 'Silent' }, { onSilence: 'ignore' }, 'gave no answer at step 2 of 4, which is ignored'],
    [
      { said: 'Fail', failures: 1 },
      { failureLimit: 2 },
      'said no at step 2 of 4 (1 failure, 2 are tolerated)',
    ],
    [
      { said: 'Fail', failures: 2 },
      { failureLimit: 1 },
      'said no at step 2 of 4 (2 failures, 1 is tolerated)',
    ],
  ] as const)('%j of %j', (record, gate, words) =>
    expect(during([said('during', record)], gate).words).toBe(words),
  );

  it.each([
    ['before', {}, 'When it says no, the rollout ends.', 'the rollout waits and asks again.'],
    ['during', { failureLimit: 1 }, 'When it has said no 2 times at one step, the traffic goes back.', ''],
    ['after', { onFailure: 'pause' }, 'the rollout pauses until a person decides.', ''],
    ['after', { onSilence: 'rollback' }, '', 'When nobody answers, the traffic goes back.'],
    ['during', { onSilence: 'ignore' }, '', 'the rollout goes on without it.'],
  ] as const)('say what failure and silence mean: %s %j', (when, more, no, silence) => {
    const [ofFailure, ofSilence] = meaningWords(gateOf(when, more));
    expect(ofFailure).toContain(no);
    expect(ofSilence).toContain(silence);
  });
});
