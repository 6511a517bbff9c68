import { describe, expect, it } from '@jest/globals';
import type { Run } from './figures.ts';
import { scalePage } from './page.ts';

const requests = (perSecondByVerb: Record<string, number>, writes: Record<string, number> = {}) => ({
  seconds: 60,
  perSecondByVerb,
  perSecond: Object.values(perSecondByVerb).reduce((sum, count) => sum + count, 0),
  leasesPerSecond: 0.5,
  writes,
});

const run = (contender: Run['contender'], objects: number): Run => ({
  contender,
  objects,
  version: '1.2.3',
  workload: 'a thing',
  command: 'npm run bench:scale',
  kubernetesVersion: '1.36.3',
  machine: { cores: 2, model: 'some', memoryGb: 25, node: 'v24', load: 0.1, day: '2026-11-29' },
  populateSeconds: 60,
  memoryMb: { empty: 100, populated: 150, restarted: 140 },
  restart: { calmAfterSeconds: 8, cpuSeconds: 7, requests: requests({ list: 1 }) },
  idle: { requests: requests({ watch: 0.05 }, { 'pods/status': 3 }), shareOfCore: 0.004, residentMb: 141 },
});

/** The cells of the row that begins with these words, first one left out. */
const cellsOf = (page: string, what: string): string[] => {
  const row = page.split('\n').find((line) => line.startsWith(`| ${what} |`));
  return (row ?? '')
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
};

describe('the page', () => {
  it('sets ours side by side by the number of objects, with the aim last', () => {
    const page = scalePage({ runs: [run('understudy', 10_000), run('understudy', 1_000)] });
    expect(page).toContain('| 1,000 settled | 10,000 settled | aim |');
    expect(cellsOf(page, 'memory after a restart')).toEqual(['140 MB', '140 MB', '10,000: under 450 MB']);
    expect(cellsOf(page, 'at rest, five minutes after a restart: writes but for the Lease')).toEqual([
      '3',
      '3',
      'none',
    ]);
    expect(cellsOf(page, 'restart until calm').slice(0, 2)).toEqual([
      '8.0 s (8.0 s for each 1,000; 7.0 s of processor time)',
      '8.0 s (0.8 s for each 1,000; 7.0 s of processor time)',
    ]);
    expect(page).not.toContain('Beside others');
    expect(scalePage({ runs: [], remarks: ['It was busy.'] })).toContain('\n- It was busy.\n');
  });

  it('compares only what was measured with as many objects', () => {
    const ours = run('understudy', 1_000);
    ours.idle.anonymousMb = 50;
    const runs = [run('flagger', 1_000), ours, run('understudy', 10_000)];
    const page = scalePage({ runs });
    expect(page).toContain('| Understudy, 1,000 | Flagger, 1,000 |');
    expect(page).not.toContain('Flagger, 10,000');
    expect(page).toContain('**Flagger 1.2.3**: each workload is a thing.');
    expect(cellsOf(page, 'requests a second at rest, but for the Lease')[0]).toBe('0.05 (watch 0.05)');
    expect(cellsOf(page, 'of it without pages of its own program')).toEqual(['50 MB', '-', '']);
    delete ours.idle.anonymousMb;
    expect(scalePage({ runs })).not.toContain('without pages of its own program');
  });

  it('leaves out what was not run', () => {
    expect(scalePage({ runs: [] })).not.toMatch(/\n## /);
    const sample = (minute: number) => ({
      minute,
      residentMb: 120,
      heapUsedMb: 40.5,
      handles: 31,
      series: 2_000,
      rolloutsStarted: 200 * minute,
      rolloutsEnded: 199 * minute,
    });
    const page = scalePage({
      runs: [],
      soak: {
        command: 'npm run bench:scale -- --soak 4',
        kubernetesVersion: '1.36.3',
        machine: run('understudy', 1).machine,
        models: 10,
        minutes: 4,
        askedPerMinute: 200,
        endedPerMinute: 199.6,
        shareOfCore: 0.25,
        samples: [0, 1, 2, 3, 4].map(sample),
        rested: { ...sample(6), series: 1_900, rolloutsEnded: 800 },
        growthPerHour: Object.fromEntries(
          ['residentMb', 'heapUsedMb', 'handles', 'series'].map((of) => [
            of,
            { slope: -0.01, intercept: 0, slopeError: 0.2 },
          ]),
        ) as never,
      },
    });
    expect(page).toContain('200 rollouts a minute came to their end, with 25.0 %');
    expect(cellsOf(page, '4')).toEqual(['120 MB', '41 MB', '31', '2,000', '796']);
    expect(cellsOf(page, '6, at rest')).toEqual(['120 MB', '41 MB', '31', '1,900', '800']);
    expect(cellsOf(page, 'memory, MB an hour')).toEqual(['0.0 ± 0.4']);
  });
});
