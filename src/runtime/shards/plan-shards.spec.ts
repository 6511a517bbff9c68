import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FreeShard, type Member, planShards } from './plan-shards.ts';

const patienceMs = 15_000;
const free = (...shards: number[]): FreeShard[] => shards.map((shard) => ({ shard, freeForMs: 0 }));
const member = (identity: string, claims: number, held: number): Member => ({ identity, claims, held });
const all = (count: number) => Array.from({ length: count }, (_, shard) => shard);

describe('planShards', () => {
  it('lets one that is alone take everything, above its claims', () => {
    expect(planShards('a', [member('a', 16, 0)], free(...all(64)), patienceMs)).toEqual({
      take: all(64),
      giveBack: 0,
    });
  });

  it('gives back as much as another has room for, and no more', () => {
    const members = [member('a', 16, 64), member('b', 16, 0)];
    expect(planShards('a', members, [], patienceMs)).toEqual({ take: [], giveBack: 16 });
    expect(planShards('b', members, [], patienceMs)).toEqual({ take: [], giveBack: 0 });
  });

  it('leaves free shards to those with room, for a while', () => {
    const members = [member('a', 16, 32), member('b', 16, 14)];
    expect(planShards('a', members, free(7), patienceMs).take).toEqual([]);
    expect(planShards('b', members, free(7), patienceMs).take).toEqual([7]);
    expect(planShards('a', members, [{ shard: 7, freeForMs: patienceMs }], patienceMs).take).toEqual([7]);
  });

  it('takes what nobody has room for at once, each a part of it', () => {
    const members = [member('a', 16, 16), member('b', 16, 16)];
    expect(planShards('a', members, free(1, 2, 3), patienceMs).take).toEqual([1, 3]);
    expect(planShards('b', members, free(1, 2, 3), patienceMs).take).toEqual([2]);
  });

  it('shares out everything among any members, once each, and then comes to rest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 6 }), (claims) => {
        const members = claims.map((each, index) => member(`m${index}`, each, 0));
        const taken = members.map(
          ({ identity }) => planShards(identity, members, free(...all(64)), patienceMs).take,
        );
        expect(taken.flat().sort((left, right) => left - right)).toEqual(all(64));
        const settled = members.map((each, index) => ({ ...each, held: taken[index]!.length }));
        for (const { identity } of settled)
          expect(planShards(identity, settled, [], patienceMs)).toEqual({ take: [], giveBack: 0 });
        const enough = claims.reduce((sum, each) => sum + each, 0) >= 64;
        for (const each of settled) if (enough) expect(each.held).toBeLessThanOrEqual(each.claims);
      }),
    );
  });

  it('gives back in all exactly what there is room for', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ claims: fc.integer({ min: 1, max: 64 }), held: fc.integer({ min: 0, max: 64 }) }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (given) => {
          const members = given.map(({ claims, held }, index) => member(`m${index}`, claims, held));
          const room = given.reduce((sum, { claims, held }) => sum + Math.max(0, claims - held), 0);
          const over = given.reduce((sum, { claims, held }) => sum + Math.max(0, held - claims), 0);
          const given_ = members.map(
            ({ identity }) => planShards(identity, members, [], patienceMs).giveBack,
          );
          expect(given_.reduce((sum, each) => sum + each, 0)).toBe(Math.min(room, over));
          given_.forEach((each, index) =>
            expect(each).toBeLessThanOrEqual(Math.max(0, given[index]!.held - given[index]!.claims)),
          );
        },
      ),
    );
  });
});
