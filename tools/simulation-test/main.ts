/**
 * `npm run test:simulation`: the real controller through hostile schedules, each held against the laws. A schedule that breaks
 * one is shrunk, printed, and replays with one command.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FailedRun, Tally } from '../../src/simulation/schedule/run-seeds.ts';
import type { Schedule } from '../../src/simulation/schedule/schedule.ts';
import { parseOptions, type SimulationOptions, UsageError } from './options.ts';
import { runSeeds, schedules, shrinking } from './simulation.ts';
import type { Batch, BatchResult } from './worker.ts';

/** Small enough that no core waits for another at the end. */
const batchSize = 25;
/** A schedule leaves much behind and keeps nothing: with room for several of them, little of it is ever copied. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };
/** So many are shrunk and told in full; the others by their seed. */
const toldInFull = 3;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;
const complaintOf = ({ violations: [first] }: FailedRun): string => first.complaint;

/** All seeds, on all workers, each of which takes the next batch when it has done one. */
async function runAll({ from, to, workers }: SimulationOptions): Promise<BatchResult> {
  let next = from;
  let tally = runSeeds.noTally;
  const failed: FailedRun[] = [];
  const batch = (): Batch | undefined => {
    if (next > to || failed.length >= 20) return undefined;
    const begin = next;
    next = Math.min(to, begin + batchSize - 1) + 1;
    return { from: begin, to: next - 1 };
  };
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits });
      const goOn = () => {
        const given = batch();
        if (given) worker.postMessage(given);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (result: BatchResult) => {
        tally = runSeeds.sumOf(tally, result.tally);
        failed.push(...result.failed);
        for (const run of result.failed) console.log(`seed ${run.schedule.seed}: ${complaintOf(run)}`);
        goOn();
      });
      worker.on('error', reject);
      goOn();
    });
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil((to - from + 1) / batchSize)) }, work));
  return { tally, failed };
}

/** A failed schedule in the fewest events that still break the same law, and how to play it again. */
async function tell({ schedule }: FailedRun): Promise<void> {
  const shrunk = await shrinking.shrink(schedule, async (tried) => {
    const { failed } = await runSeeds.tryOut(tried);
    return failed && complaintOf(failed);
  });
  const { failed } = await runSeeds.tryOut(shrunk);
  console.log(`\n${schedules.inWords(shrunk)}`);
  for (const { complaint, by, atMs } of failed?.violations ?? []) {
    console.log(`  ${complaint}\n    by ${by}, after ${(atMs / 1000).toFixed(2)} s`);
  }
  console.log(`  the whole schedule: npm run test:simulation -- --seed ${schedule.seed}`);
  console.log(`  these events alone: npm run test:simulation -- --schedule '${JSON.stringify(shrunk)}'`);
}

function summary({ schedules: count, ...sums }: Tally, tookMs: number): string {
  const mean = (sum: number) => (sum / Math.max(1, count)).toFixed(1);
  const share = (sum: number) => `${((100 * sum) / Math.max(1, count)).toFixed(0)}%`;
  return [
    `${count} schedules in ${seconds(tookMs)} (${(tookMs / Math.max(1, count)).toFixed(1)} ms each)`,
    `on the average ${mean(sums.events)} events, ${mean(sums.passes)} passes, ${mean(sums.writes)} writes`,
    `before the last release, of all schedules: ${share(sums.weight)} gave a candidate weight, ${share(sums.promotion)} promoted one, ${share(sums.rollback)} took one back`,
  ].join('\n');
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), {
    seeds: process.env['SEEDS'],
    cores: availableParallelism(),
  });
  const single = (schedule: Schedule) => console.log(schedules.inWords(schedule));
  const beganMs = performance.now();
  let result: BatchResult;
  if (options.schedule !== undefined || options.from === options.to) {
    const schedule =
      options.schedule === undefined
        ? schedules.drawSchedule(options.from)
        : schedules.parseSchedule(options.schedule);
    single(schedule);
    const { tally, failed } = await runSeeds.tryOut(schedule);
    result = { tally, failed: failed ? [failed] : [] };
  } else result = await runAll(options);
  const { tally, failed } = result;
  const tookMs = performance.now() - beganMs;
  for (const run of failed.slice(0, toldInFull)) await tell(run);
  console.log(`\n${summary(tally, tookMs)}`);
  if (failed.length > toldInFull)
    console.log(
      `failed as well: seeds ${failed
        .slice(toldInFull)
        .map(({ schedule }) => schedule.seed)
        .join(', ')}`,
    );
  console.log(`${tally.schedules - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
