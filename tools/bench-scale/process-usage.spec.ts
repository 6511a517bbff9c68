import { describe, expect, it } from '@jest/globals';
import { calmSince, cpuSecondsIn, type CpuSample } from './process-usage.ts';

describe('the processor time of a process', () => {
  it('is what it took in its own code and in the kernel, whatever its name is', () => {
    const after = 'S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0';
    expect(cpuSecondsIn(`17 (node) ${after}`)).toBe(3);
    expect(cpuSecondsIn(`17 (a) b) ${after}`)).toBe(3);
  });

  it('is not made up', () => {
    expect(() => cpuSecondsIn('nonsense')).toThrow('no processor time');
  });
});

describe('calm', () => {
  /** A sample each second; `busy` seconds at first take all of a core, the others `share` of it. */
  const samples = (busy: number, count: number, share = 0): CpuSample[] =>
    Array.from({ length: count }, (_, second) => ({
      atMs: second * 1000,
      cpuSeconds: Math.min(second, busy) + Math.max(0, second - busy) * share,
    }));

  it('begins when the work is done', () => {
    expect(calmSince(samples(4, 20))).toBe(14_000);
    expect(calmSince(samples(4, 10))).toBe(4_000);
  });

  it('is not said before it has lasted five seconds', () => {
    expect(calmSince(samples(4, 9))).toBeUndefined();
    expect(calmSince(samples(0, 3))).toBeUndefined();
    expect(calmSince([])).toBeUndefined();
  });

  it('is not what takes a tenth of a core all the time', () => {
    expect(calmSince(samples(0, 30, 0.1))).toBeUndefined();
    expect(calmSince(samples(0, 30, 0.01))).toBe(24_000);
  });
});
