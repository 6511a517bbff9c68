import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { candidate, pod, stable } from '../../../test/support/router-objects.ts';
import { bornAtMs, isReadyPod } from '../../kubernetes/pod.ts';
import { isLabelledLive, revisionOfPod } from '../objects/pod.ts';
import { choosePods } from './pod-choice.ts';

const podsOf = (revision: string) =>
  fc
    .array(
      fc.record({
        ready: fc.boolean(),
        live: fc.boolean(),
        terminating: fc.boolean(),
        minute: fc.integer({ min: 10, max: 13 }),
      }),
      {
        maxLength: 6,
      },
    )
    .map((all) =>
      all.map(({ minute, ...options }, index) =>
        pod(revision, `p${index}`, { ...options, createdAt: `2026-01-01T00:${minute}:00Z` }),
      ),
    );
const world = fc.tuple(podsOf(stable), podsOf(candidate)).map(([left, right]) => [...left, ...right]);
const asked = fc.record({
  stable: fc.integer({ min: 0, max: 6 }),
  candidate: fc.integer({ min: 0, max: 6 }),
});
const intentOf = ({ stable: s, candidate: c }: { stable: number; candidate: number }) => [
  { revision: stable, pods: s },
  { revision: candidate, pods: c },
];

describe('choosePods', () => {
  it('never takes more than asked, only ready ones, and as many as there are', () => {
    fc.assert(
      fc.property(world, asked, (pods, numbers) => {
        const { chosen, reserve } = choosePods(intentOf(numbers), pods);
        for (const { revision, pods: wanted } of intentOf(numbers)) {
          const ready = pods.filter((one) => revisionOfPod(one) === revision && isReadyPod(one));
          const own = chosen.filter((one) => revisionOfPod(one) === revision);
          const waiting = reserve.filter((one) => revisionOfPod(one) === revision);
          expect(own).toHaveLength(Math.min(wanted, ready.length));
          expect(own.length + waiting.length).toBeLessThanOrEqual(wanted);
        }
        expect(chosen.every(isReadyPod)).toBe(true);
        expect(reserve.every((one) => isLabelledLive(one) && !isReadyPod(one))).toBe(true);
      }),
    );
  });

  it('keeps the labelled ones, and comes stable first', () => {
    fc.assert(
      fc.property(world, asked, (pods, numbers) => {
        const { chosen } = choosePods(intentOf(numbers), pods);
        for (const revision of [stable, candidate]) {
          const passedOver = pods.filter(
            (one) =>
              revisionOfPod(one) === revision &&
              isReadyPod(one) &&
              isLabelledLive(one) &&
              !chosen.includes(one),
          );
          const newcomers = chosen.filter((one) => revisionOfPod(one) === revision && !isLabelledLive(one));
          expect(passedOver.length > 0 && newcomers.length > 0).toBe(false);
        }
        const order = chosen.map((one) => (revisionOfPod(one) === stable ? 0 : 1));
        expect(order).toEqual([...order].sort());
      }),
    );
  });

  it('chooses the same pods whatever the order in which they are given', () => {
    fc.assert(
      fc.property(world, asked, (pods, numbers) => {
        const names = (given: typeof pods) =>
          choosePods(intentOf(numbers), given).chosen.map(({ metadata }) => metadata.name);
        expect(names([...pods].reverse())).toEqual(names(pods));
      }),
    );
  });

  it('takes pods that are being replaced last, whatever labels they carry', () => {
    const replacedBeforeMs = Date.parse('2026-01-01T00:12:00Z');
    fc.assert(
      fc.property(world, asked, (pods, { stable: wanted }) => {
        const { chosen } = choosePods([{ revision: stable, pods: wanted, replacedBeforeMs }], pods);
        const ready = pods.filter((one) => revisionOfPod(one) === stable && isReadyPod(one));
        const isOld = (one: (typeof pods)[number]) => bornAtMs(one) < replacedBeforeMs;
        const fresh = ready.filter((one) => !isOld(one));
        expect(chosen).toHaveLength(Math.min(wanted, ready.length));
        expect(chosen.filter(isOld)).toHaveLength(Math.max(0, chosen.length - fresh.length));
      }),
    );
  });

  it('takes the oldest first, and of one age by name', () => {
    const pods = [
      pod(stable, 'b', { createdAt: '2026-01-01T00:10:00Z' }),
      pod(stable, 'c', { createdAt: '2026-01-01T00:09:00Z' }),
      pod(stable, 'a', { createdAt: '2026-01-01T00:10:00Z' }),
      pod(stable, 'd', { createdAt: '2026-01-01T00:11:00Z', live: true }),
    ];
    const { chosen } = choosePods([{ revision: stable, pods: 3 }], pods);
    expect(chosen.map(({ metadata }) => metadata.name.at(-1))).toEqual(['d', 'c', 'a']);
  });
});
