import { lawIn } from '../laws/law.ts';
import type { Violation } from '../laws/law-watch.ts';
import type { ControllerVariant } from '../simulated-controller.ts';
import { type Play, play } from './play.ts';
import { drawSchedule, type Schedule } from './schedule.ts';
import { differenceOf, hasTwin, twinOf } from './twin.ts';

/** What many runs did, added up. */
export interface Tally {
  schedules: number;
  passes: number;
  writes: number;
  events: number;
  /** Runs in which a candidate got weight, was promoted, or was taken back before the finale. */
  weight: number;
  promotion: number;
  rollback: number;
}

export interface FailedRun {
  schedule: Schedule;
  /** All of the moment at which it was stopped; the first one stands for it. */
  violations: readonly [Violation, ...Violation[]];
}

export const noTally: Tally = {
  schedules: 0,
  passes: 0,
  writes: 0,
  events: 0,
  weight: 0,
  promotion: 0,
  rollback: 0,
};

export const sumOf = (left: Tally, right: Tally): Tally =>
  Object.fromEntries(
    Object.entries(left).map(([name, count]) => [name, count + right[name as keyof Tally]]),
  ) as unknown as Tally;

const tallyOf = ({ passes, writes, events, reached }: Play): Tally => ({
  schedules: 1,
  passes,
  writes,
  events,
  weight: Number(reached.weight),
  promotion: Number(reached.promotion),
  rollback: Number(reached.rollback),
});

/** Plays one schedule. What the simulation itself throws is a failure like any other. */
export async function tryOut(
  schedule: Schedule,
  variant?: () => ControllerVariant,
): Promise<{ tally: Tally; failed?: FailedRun }> {
  try {
    const played = await play(schedule, variant);
    if (played.violations.length === 0 && hasTwin(schedule))
      played.violations.push(...(await complaintsOfTwin(schedule, played, variant)));
    const [first, ...others] = played.violations;
    const failed: FailedRun | undefined = first && { schedule, violations: [first, ...others] };
    return { tally: tallyOf(played), ...(failed && { failed }) };
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const thrown = { complaint: `thrown: ${words}`, by: 'the run', atMs: 0 };
    return { tally: { ...noTally, schedules: 1 }, failed: { schedule, violations: [thrown] } };
  }
}

/** Where the same wishes lead without faults, this one has come to rest as well. */
async function complaintsOfTwin(
  schedule: Schedule,
  { rest, tookMs: atMs }: Play,
  variant?: () => ControllerVariant,
): Promise<Violation[]> {
  const twin = await play(twinOf(schedule), variant);
  if (twin.violations.length > 0) return twin.violations;
  const complaint = differenceOf(rest, twin.rest);
  return complaint === undefined ? [] : [{ complaint, by: 'the end', atMs }];
}

/** Plays the schedules of seeds, in order, until one breaks the law that is looked for; undefined when none does. */
export async function firstToBreak(
  law: string,
  { seeds, variant }: { seeds: Iterable<number>; variant: () => ControllerVariant },
): Promise<Violation | undefined> {
  for (const seed of seeds) {
    const { failed } = await tryOut(drawSchedule(seed), variant);
    const found = failed?.violations.find(({ complaint }) => lawIn(complaint) === law);
    if (found) return found;
  }
  return undefined;
}
