import { describe, expect, it } from '@jest/globals';
import type { Sample } from './measurement.ts';
import { distributionBounds } from './histograms.ts';
import { arms, plainPreset, series } from './testing/counter-history.ts';

const family = plainPreset.latency(arms)!;
/** Histograms that stand at these cumulative counts, by upper bound. */
const standing = (arm: 'candidate' | 'stable', cumulative: Record<string, number>, pod = 'a') =>
  Object.entries(cumulative).map(([le, count]) => series({ arm, pod, le }, [[1_000, count]] as Sample[]));
const boundsOf = (...histograms: ReturnType<typeof standing>[]) =>
  distributionBounds(family, histograms.flat());

describe('where distributions are compared', () => {
  it('is where 5, 20 and 50 % of what the stable revision answered lies above, the slowest first', () => {
    const stable = standing('stable', {
      ...{ 5: 0, 10: 100, 25: 450, 50: 780 },
      ...{ 100: 930, 250: 990, '+Inf': 1000 },
    });
    expect(boundsOf(stable)).toEqual({ kind: 'bounds', boundsMs: [100, 50, 25] });
  });

  it('is asked of all its pods together, and of the bounds that all histograms have', () => {
    const one = standing('stable', { 25: 100, 50: 190, 100: 200, '+Inf': 200 });
    const other = standing('stable', { 50: 100, 100: 180, '+Inf': 200 }, 'b');
    const candidate = standing('candidate', { 50: 0, 100: 5, 250: 9, '+Inf': 9 });
    expect(boundsOf(one, other, candidate)).toEqual({ kind: 'bounds', boundsMs: [100, 50] });
  });

  it('does not depend on what the candidate does', () => {
    const stable = standing('stable', { 25: 500, 50: 900, 100: 1000, '+Inf': 1000 });
    const one = boundsOf(stable, standing('candidate', { 25: 900, 50: 900, 100: 900, '+Inf': 900 }));
    expect(boundsOf(stable, standing('candidate', { 25: 0, 50: 0, 100: 0, '+Inf': 900 }))).toEqual(one);
  });

  it('is the first bound beyond all of them where one bucket holds nearly everything', () => {
    const stable = standing('stable', { 25: 10, 50: 990, 100: 1000, '+Inf': 1000 });
    expect(boundsOf(stable)).toEqual({ kind: 'bounds', boundsMs: [50] });
  });

  it.each([
    ['noBuckets', standing('stable', { '+Inf': 1000 })],
    ['tooFew', standing('stable', { 25: 50, '+Inf': 99 })],
    ['tooCoarse', standing('stable', { 25: 100, '+Inf': 1000 })],
  ])('is nowhere: %s', (kind, histogram) => {
    expect(boundsOf(histogram)).toEqual({ kind });
  });
});
