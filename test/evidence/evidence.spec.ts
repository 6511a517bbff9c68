import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestBed } from '../support/test-bed.ts';
import { noteTrials, writePage } from './page.ts';
import { adaptive, inTurns, type Meanwhile, runTrial, type TrialOptions } from './trial.ts';

/*
 * `npm run test:evidence`: rollouts on the real gateway and the real Prometheus, in real time, with errors that come by chance. It takes more than
 * an hour. What was seen goes to docs/benchmarks/evidence.md, whatever it is; only what must never happen fails.
 */
jest.setTimeout(3_600_000);

let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start({ scrapeIntervalMs: 5_000 });
  const source = { name: 'default', url: bed.cluster.inside.prometheusUrl, scrapeInterval: '5s' };
  await bed.installController({ config: { sources: [source] } });
});

afterAll(async () => {
  writePage();
  await bed?.stop();
});

const slow = {
  interval: '5s',
  metrics: [
    { name: 'errors', kind: 'errorRate' },
    { name: 'latency', kind: 'latency', objective: { threshold: '50ms', max: 0.9 } },
  ],
};
const harms: Record<string, TrialOptions> = {
  twice: { candidate: { ERROR_RATE: '0.02' } },
  tenfold: { candidate: { ERROR_RATE: '0.1' } },
  half: { candidate: { ERROR_RATE: '0.5' } },
  'one-of-four': {
    candidate: { ONE_FAULTY: join(mkdtempSync(join(tmpdir(), 'evidence-')), 'faulty') },
    strategy: { canary: { steps: [{ weight: 50, hold: '30s' }], bake: { duration: '5s' } } },
  },
  slower: { both: { LATENCY_MS: '45' }, candidate: { LATENCY_MS: '54' }, analysis: slow },
  'slower-anywhere': {
    both: { LATENCY_MS: '45' },
    candidate: { LATENCY_MS: '54' },
    analysis: { interval: '5s', metrics: [{ name: 'latency', kind: 'latency' }] },
  },
};

describe('a candidate that does harm', () => {
  it('is found, and not promoted', async () => {
    const trials = await inTurns(Object.entries(harms), 3, ([name, options]) => runTrial(bed, name, options));
    noteTrials('Harm', trials);
    for (const { name, outcome } of trials) expect([name, outcome]).toEqual([name, 'RolledBack']);
  });

  it('is found when it begins after ten minutes', async () => {
    const strategy = { canary: { steps: [{ weight: 20, hold: '20m' }], bake: { duration: '5s' } } };
    const candidate = { HARM_AFTER_MS: '600000' };
    const trial = await runTrial(bed, 'late', { candidate, strategy, timeoutMs: 1_200_000 });
    noteTrials('Late harm', [trial]);
    expect(trial.outcome).toBe('RolledBack');
    expect(trial.afterS).toBeGreaterThan(590);
  });
});

describe('a healthy candidate', () => {
  it('is promoted, twenty times of twenty', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `healthy-${index + 1}`);
    const trials = await inTurns(names, 4, (name) => runTrial(bed, name, { strategy: adaptive }));
    noteTrials('Healthy, by `adaptive`', trials);
    expect(trials.map(({ outcome }) => outcome)).toEqual(names.map(() => 'Promoted'));
  });
});

describe('a source that is away', () => {
  it.each<[string, Meanwhile]>([
    ['away-40s', outage(40_000)],
    ['away-10m', outage(600_000)],
    ['emptied', outage(40_000, () => rm(bed.cluster.prometheusDataPath, { recursive: true }))],
    ['scraping-late', late],
  ])('%s: nothing is promoted and nothing rolled back, and then it goes on', async (name, meanwhile) => {
    // By chance a healthy candidate may look bad for so long that its first gate takes half an hour.
    const trial = await runTrial(bed, name, { meanwhile, timeoutMs: 2_400_000 });
    noteTrials('Prometheus away', [trial]);
    expect(trial.outcome).toBe('Promoted');
  });
});

function outage(forMs: number, whileAway = async () => {}): Meanwhile {
  return async (model) => {
    await bed.cluster.stopComponent('prometheus');
    const before = (await model.rollout(1))?.status?.decisions;
    await sleep(forMs);
    const after = (await model.rollout(1))?.status?.decisions;
    await whileAway();
    await bed.cluster.startComponent('prometheus');
    expect(after).toEqual(before);
  };
}

/** For two minutes Prometheus runs for 3 s of every 15: of three scrapes two are missed, and the third is late. Queries wait for an answer. */
async function late(): Promise<void> {
  const pid = bed.cluster.pidOf('prometheus')!;
  for (let pauses = 0; pauses < 8; pauses += 1) {
    process.kill(pid, 'SIGSTOP');
    await sleep(12_000);
    process.kill(pid, 'SIGCONT');
    await sleep(3_000);
  }
}
