import { describe, expect, it } from '@jest/globals';
import type { Gate } from '../../api/gate.ts';
import type { LastWord } from './drawn-gates.ts';
import { type Outlook, outlookOf } from './last-word.ts';
import { drawSchedule } from './schedule.ts';

const { setting } = drawSchedule(1);
const outlook = (gates: Partial<Gate>[], says: LastWord['says'], finale = 'good' as const): Outlook =>
  outlookOf({
    ...setting,
    finale,
    lastWord: { says, then: 'abort' },
    gates: gates.map((gate, at) => ({
      gate: { name: `check-${at + 1}`, when: 'before', ...gate },
      says: 'yes',
    })),
  });

describe('what gates make of the last wish', () => {
  it.each<[string, Partial<Gate>[], LastWord['says'], Outlook]>([
    ['all say yes', [{}, { when: 'after' }], 'yes', { kind: 'passes' }],
    ['one ends it by a no', [{ onFailure: 'pause' }, { onFailure: 'rollback' }], 'no', { kind: 'takenBack' }],
    ['a no is for a person', [{ onFailure: 'pause' }], 'refuses', { kind: 'held', by: ['check-1'] }],
    [
      'the first time decides',
      [{ when: 'after', onSilence: 'rollback' }, { onSilence: 'hold' }],
      'never',
      { kind: 'held', by: ['check-2'] },
    ],
    [
      'silence that is ignored lets it go on',
      [{ onSilence: 'ignore' }, { when: 'during', onSilence: 'rollback' }],
      'unwell',
      { kind: 'takenBack' },
    ],
    [
      'what is late for one is in time for another',
      [{ timeout: '4s' }, { timeout: '1s', onSilence: 'hold' }],
      'late',
      { kind: 'held', by: ['check-2'] },
    ],
  ])('%s', (_what, gates, says, expected) => {
    expect(outlook(gates, says)).toEqual(expected);
  });
});
