import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { noFilters, phasesInOrder, placeAddress, readPlace, sortKeys, type Place } from './place.ts';

describe('the address of a place', () => {
  it('is short where nothing is asked for, and can be read', () => {
    expect(placeAddress({ filters: noFilters })).toBe('?');
    expect(
      placeAddress({
        filters: { ...noFilters, phases: ['Paused'], sort: { by: 'time', descending: true } },
        model: 'ml/sentiment',
        diff: { from: 'aaaaaaaaaa', to: 'bbbbbbbbbb' },
      }),
    ).toBe('?model=ml/sentiment&diff=aaaaaaaaaa..bbbbbbbbbb&phase=Paused&sort=-time');
  });

  it('is read back as what was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const place: fc.Arbitrary<Place> = fc
      .record({
        filters: fc.record({
          namespaces: fc.uniqueArray(name, { maxLength: 3 }),
          phases: fc.subarray(phasesInOrder),
          text: fc.string(),
          sort: fc.record({ by: fc.constantFrom(...sortKeys), descending: fc.boolean() }),
        }),
        open: fc.option(fc.record({ model: fc.tuple(name, name), rollout: fc.option(name) })),
      })
      .map(({ filters, open }) => ({
        filters,
        ...(open && { model: open.model.join('/'), ...(open.rollout && { rollout: open.rollout }) }),
      }));
    fc.assert(fc.property(place, (one) => expect(readPlace(placeAddress(one))).toEqual(one)));
  });

  it('is taken as far as it is known', () => {
    expect(readPlace('?phase=Dancing&sort=moon&model=nowhere&rollout=x-1&utm=1')).toEqual({
      filters: noFilters,
    });
  });
});
