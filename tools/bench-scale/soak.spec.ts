import { describe, expect, it } from '@jest/globals';
import { growthIn, readSample, type SoakSample } from './soak.ts';

describe('a sample', () => {
  it('is read off the metrics of the controller', () => {
    const text = [
      '# HELP nodejs_heap_size_used_bytes Used heap in bytes.',
      'nodejs_heap_size_used_bytes 41260000',
      'understudy_rollouts_ended_total{namespace="default",outcome="Promoted"} 7',
      'understudy_rollouts_ended_total{namespace="default",outcome="RolledBack"} 2',
      '',
    ].join('\n');
    expect(readSample(text)).toEqual({ heapUsedMb: 41.3, series: 3, rolloutsEnded: 9 });
  });
});

describe('growth', () => {
  const samples = (residentMb: (minute: number) => number): SoakSample[] =>
    Array.from({ length: 21 }, (_, minute) => ({
      minute,
      residentMb: residentMb(minute),
      heapUsedMb: 40,
      handles: 30,
      series: 100,
      rolloutsStarted: 0,
      rolloutsEnded: 0,
    }));

  it('is that of the second half, an hour', () => {
    const growth = growthIn(samples((minute) => (minute < 10 ? 100 + minute : 110)));
    expect(growth.residentMb.slope).toBeCloseTo(0);
    expect(growthIn(samples((minute) => 100 + minute)).residentMb.slope).toBeCloseTo(60);
    expect(growth.series.slope).toBeCloseTo(0);
  });
});
