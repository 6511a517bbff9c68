import { describe, expect, it } from '@jest/globals';
import { phases } from '../api/phase.ts';
import { Detail, DiffAnswer, EventsAnswer, ListAnswer, Me, Problem, SeriesAnswer } from './schemas.ts';
import * as fixtures from './testing/fixtures.ts';

describe('the fixed answers', () => {
  it.each([
    ['canary', fixtures.canaryDetail],
    ['blue-green', fixtures.blueGreenDetail],
    ['shadow', fixtures.shadowDetail],
    ['rolled back', fixtures.rolledBackDetail],
  ])('are details: %s', (_, detail) => expect(Detail.parse(detail)).toEqual(detail));

  it('are answers as the schemas have them', () => {
    expect(ListAnswer.parse(fixtures.list)).toEqual(fixtures.list);
    expect(SeriesAnswer.parse(fixtures.series)).toEqual(fixtures.series);
    expect(DiffAnswer.parse(fixtures.diff)).toEqual(fixtures.diff);
    expect(EventsAnswer.parse(fixtures.events)).toEqual(fixtures.events);
    for (const me of [fixtures.me, fixtures.meLocal, fixtures.nobody]) expect(Me.parse(me)).toEqual(me);
    expect(Problem.parse(fixtures.forbidden)).toEqual(fixtures.forbidden);
  });

  it('show every phase', () => {
    expect(new Set(fixtures.rows.map(({ phase }) => phase))).toEqual(new Set(Object.keys(phases)));
    expect(fixtures.manyRows(500).rows).toHaveLength(500);
  });
});
