import { describe, expect, it } from '@jest/globals';
import { changeLines } from './change-lines.ts';
import { loadCounts, stateOf, stepping } from './testing-state.ts';

const before = stateOf(stepping);

describe('changeLines', () => {
  it('tells all that matters in one line', () => {
    const traffic = {
      last: loadCounts({}),
      total: loadCounts({ '1': { ok: 9, failed: 0 }, '2': { ok: 1, failed: 2 } }),
    };
    expect(changeLines(undefined, stateOf(stepping, { traffic }))).toEqual([
      '[  42.0 s] Progressing | step 2 of 3 | v2 25 % desired, 5 % applied, 4.8 % observed, not acknowledged yet | ' +
        '1 of 2 pods ready | errors Fail (3 of 62 requests failed (4.8 %)) | requests: v1 9, v2 3 (2 failed) | ' +
        'step 2 of 3 with revision bbb at 25%; holding',
    ]);
  });

  it.each([
    ['the phase', { phase: 'Paused' as const }],
    ['the step', { rollout: { name: 'digits-1', step: 2, steps: 3 } }],
    ['the split', { traffic: { ...stepping.traffic, desired: 50 } }],
    ['the acknowledgement', { traffic: { ...stepping.traffic, acknowledged: true } }],
    ['the copies', { traffic: { ...stepping.traffic, mirrored: 100 } }],
    ['a verdict', { analysis: [{ metric: 'errors', verdict: 'Pass' as const }] }],
    ['the pods', { candidate: { revision: 'bbbbbbbbbb', replicas: 2, ready: 2 } }],
  ])('has a line when %s changes', (_, change) => {
    expect(changeLines(before, stateOf({ ...stepping, ...change }))).toHaveLength(1);
  });

  it('tells of copies', () => {
    const copying = { ...stepping, traffic: { ...stepping.traffic, mirrored: 100 } };
    expect(changeLines(undefined, stateOf(copying))[0]).toContain(' | 100 % of the requests copied to v2 | ');
    expect(changeLines(undefined, before)[0]).not.toContain('copied');
  });

  it('has none for numbers that move all the time', () => {
    const moved = { ...stepping, message: 'other words', traffic: { ...stepping.traffic, observed: 5.1 } };
    expect(changeLines(before, stateOf(moved, { elapsedMs: 43_000 }))).toEqual([]);
    expect(changeLines(undefined, stateOf({}))).toEqual([]);
  });
});
