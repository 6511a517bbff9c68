import { describe, expect, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { ago, canvas, rolledBack, rollout, stepping } from '../testing/pictures.ts';
import { historyTable } from './history-table.ts';

const rollouts = [...rolledBack().rollouts, ...stepping().rollouts];

describe('the table of past rollouts', () => {
  it('looks so', () => expectGolden('history-table', historyTable(rollouts, canvas({ width: Infinity }))));
  it('looks so on a terminal with colours', () =>
    expectGolden('history-table-coloured', historyTable(rollouts, canvas({ width: 100, coloured: true }))));
  it('looks so when it is wide', () =>
    expectGolden('history-table-wide', historyTable(rollouts, canvas(), { wide: true })));
});

describe('who is named beside a rollout', () => {
  const by = (status: Parameters<typeof rollout>[0]): string =>
    historyTable([rollout(status)], canvas({ width: Infinity }))[1]!.split(/ {2,}/)[5]!;
  const oli = { name: 'stop', uid: 'its-uid', actor: { name: 'oli', verified: true } };

  it('is the last one who took part in it', () => {
    const { decisions } = stepping().rollouts[0]!.status!;
    expect(by({ decisions })).toBe('alice');
    const actions = [{ ...oli, verb: 'abort' as const, at: ago(60), step: 1, message: 'ended' }];
    expect(by({ decisions, actions })).toBe('oli');
    const later = {
      ...actions[0]!,
      actor: { name: 'ann', verified: true },
      verb: 'retry' as const,
      at: ago(5),
    };
    expect(by({ decisions, actions: [...actions, later], endedAt: ago(60) })).toBe('oli');
    expect(by({})).toBe('-');
  });

  it('is short where it is a service account', () => {
    const actor = { name: 'system:serviceaccount:ci:deployer', verified: true };
    const actions = [{ ...oli, actor, verb: 'abort' as const, at: ago(60), step: 1, message: 'ended' }];
    expect(by({ actions })).toBe('ci:deployer');
  });
});
