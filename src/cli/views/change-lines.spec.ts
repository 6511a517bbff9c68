import { describe, expect, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { canvas, healthy, nowMs, outage, rolledBack, stepping } from '../testing/pictures.ts';
import { ChangeTeller } from './change-lines.ts';

const night = [stepping(), outage(), rolledBack(), healthy()].map(({ model }) => model);

/** A line for each of them, and one for the end. */
function told(coloured: boolean): string[] {
  const teller = new ChangeTeller();
  const lines = night.flatMap((model, index) =>
    teller.tell([model], { ...canvas({ coloured }), nowMs: nowMs + 60_000 * index }),
  );
  return [...lines, ...teller.tell([], canvas())];
}

describe('changes in lines', () => {
  it('look so', () => expectGolden('change-lines', told(false)));
  it('look so with colours', () => expectGolden('change-lines-coloured', told(true)));

  it('are told once, and numbers that move are no change', () => {
    const teller = new ChangeTeller();
    const { model } = stepping();
    expect(teller.tell([model], canvas())).toHaveLength(1);
    const status = {
      ...model.status,
      message: 'another number',
      rollout: { ...model.status!.rollout!, lossSpent: 3 },
    };
    expect(teller.tell([{ ...model, status }], canvas())).toEqual([]);
    expect(teller.tell([{ ...model, status: { ...status, phase: 'Paused' } }], canvas())).toHaveLength(1);
  });
});
