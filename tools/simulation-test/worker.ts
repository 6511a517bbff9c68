/** One core: plays the seeds that it is given, a batch at a time, and tells what came of them. */
import { parentPort } from 'node:worker_threads';
import type { FailedRun, Tally } from '../../src/simulation/schedule/run-seeds.ts';
import { runSeeds, schedules } from './simulation.ts';

export interface Batch {
  from: number;
  to: number;
}

export interface BatchResult {
  tally: Tally;
  failed: FailedRun[];
}

async function run({ from, to }: Batch): Promise<BatchResult> {
  let tally = runSeeds.noTally;
  const failed: FailedRun[] = [];
  for (let seed = from; seed <= to; seed += 1) {
    const result = await runSeeds.tryOut(schedules.drawSchedule(seed));
    tally = runSeeds.sumOf(tally, result.tally);
    if (result.failed) failed.push(result.failed);
  }
  return { tally, failed };
}

// Errors are a part of every schedule, and where they were made is asked of a failed one alone, which is played again elsewhere.
Error.stackTraceLimit = 0;

parentPort?.on('message', (batch: Batch) => {
  void run(batch).then((result) => parentPort?.postMessage(result));
});
