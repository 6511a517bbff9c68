import { percentile } from '../bench/statistics.ts';
import type { Judge } from '../../src/simulation/judges/judge.ts';
import { type Course, type Ending, rollOut } from './rollout.ts';
import type { Truth } from './traffic.ts';

/** What became of many rollouts of one judge in one scenario. */
export interface Tally {
  runs: number;
  promoted: number;
  rolledBack: number;
  undecided: number;
  /** Medians over the rollouts that ended so; undefined where none did. */
  promotedAtS: number | undefined;
  rolledBackAtS: number | undefined;
  badUntilRolledBack: number | undefined;
  /** Requests of the candidate until then. */
  requestsUntilPromoted: number | undefined;
  requestsUntilRolledBack: number | undefined;
}

/** Runs the seeds 1 to `runs`; every judge meets the same requests. */
export function tally(truth: Truth, make: () => Judge, runs: number, course?: Course): Tally {
  const endings = Array.from({ length: runs }, (_, index) => rollOut(truth, make(), index + 1, course));
  const ofOutcome = (outcome: Ending['outcome']) => endings.filter((ending) => ending.outcome === outcome);
  const [promoted, rolledBack] = [ofOutcome('promoted'), ofOutcome('rolledBack')];
  return {
    runs,
    promoted: promoted.length,
    rolledBack: rolledBack.length,
    undecided: ofOutcome('undecided').length,
    promotedAtS: median(promoted.map(({ atS }) => atS)),
    rolledBackAtS: median(rolledBack.map(({ atS }) => atS)),
    badUntilRolledBack: median(rolledBack.map(({ bad }) => bad)),
    requestsUntilPromoted: median(promoted.map(({ requests }) => requests)),
    requestsUntilRolledBack: median(rolledBack.map(({ requests }) => requests)),
  };
}

const median = (values: readonly number[]): number | undefined =>
  values.length > 0 ? percentile(values, 50) : undefined;
