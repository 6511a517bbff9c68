import { type Random, seededRandom } from '../random.ts';
import type { Argument, Happening } from './happening.ts';
import { drawTargetEvents, targetEvents } from './drawn-targets.ts';
import { drawGateEvents, gateEvents } from './drawn-gates.ts';
import { clusterFaults, processFaults } from './faults.ts';
import { drawSetting, type Setting } from './setting.ts';
import { handiwork, wishes } from './wishes.ts';

/** One thing that happens at a time. */
export interface ScheduledEvent {
  /** From the moment on at which the first revision was served. */
  atMs: number;
  name: string;
  drawn: Argument[];
}

/** Everything that is left to chance in one run; plain JSON. */
export interface Schedule {
  /** Of the world: its small delays come from it. */
  seed: number;
  setting: Setting;
  events: ScheduledEvent[];
}

export const happenings: Readonly<Record<string, Happening>> = {
  ...wishes,
  ...handiwork,
  ...clusterFaults,
  ...processFaults,
  ...gateEvents,
  ...targetEvents,
};

/** A schedule is no JSON of a schedule, or of another release. */
export class ScheduleFormatError extends Error {
  override readonly name = 'ScheduleFormatError';
}

const names = Object.keys(happenings);
const sumOfWeights = names.reduce((sum, name) => sum + happenings[name]!.weight, 0);

/** Gaps in which nothing happens, in milliseconds: within a pass, within a step, longer than a step. */
const gaps = [50, 300, 1_000, 1_000, 2_000, 3_000, 5_000];

/** How many things happen beside the release: mostly few, so that many schedules are played, and sometimes many in one. */
const counts = [1, 1, 1, 2, 2, 2, 3, 5];

/** The schedule of a seed. It begins with a release, so that there is something to disturb. */
export function drawSchedule(seed: number): Schedule {
  const random = seededRandom(seed).fork('schedule');
  const setting = drawSetting(random);
  const events: ScheduledEvent[] = [{ atMs: 0, name: 'release', drawn: ['b'] }];
  const count = random.pick(counts);
  let atMs = 0;
  for (let drawn = 0; drawn < count; drawn += 1) {
    atMs += random.pick(gaps);
    const name = pickByWeight(random.uniform() * sumOfWeights);
    events.push({ atMs, name, drawn: happenings[name]!.draw?.(random, setting) ?? [] });
  }
  const partitioned = withPartition(events, setting, random.fork('partition'));
  return { seed, setting, events: withOutside(partitioned, setting, random) };
}

/** Of those that wait for one another, one is cut off from the API server in some schedules. */
function withPartition(events: ScheduledEvent[], setting: Setting, random: Random): ScheduledEvent[] {
  const waitsForOthers = setting.controllers === 'sharded' || setting.controllers === 'elected';
  if (!waitsForOthers || !random.chance(0.4)) return events;
  const atMs = random.integer(8_000);
  const drawn = happenings['partition']?.draw?.(random, setting) ?? [];
  return [...events, { atMs, name: 'partition', drawn }].sort((left, right) => left.atMs - right.atMs);
}

/** What happens to services outside of the cluster, where there are some. Drawn apart, so that all else stays what it was without them. */
function withOutside(events: ScheduledEvent[], setting: Setting, random: Random): ScheduledEvent[] {
  const names = [
    ...(setting.gates.length > 0 ? drawGateEvents(random.fork('gateEvents')) : []),
    ...(setting.targets.length > 0 ? drawTargetEvents(random.fork('targetEvents')) : []),
  ];
  const arguments_ = random.fork('outside');
  const drawn = names.map(({ atMs, name }) => ({
    atMs,
    name,
    drawn: happenings[name]?.draw?.(arguments_, setting) ?? [],
  }));
  return [...events, ...drawn].sort((left, right) => left.atMs - right.atMs);
}

function pickByWeight(at: number): string {
  let left = at;
  return names.find((name) => (left -= happenings[name]!.weight) < 0) ?? names[0]!;
}

/** The schedule that a failed run printed as JSON. Throws `ScheduleFormatError`. */
export function parseSchedule(text: string): Schedule {
  let given: Partial<Schedule>;
  try {
    given = JSON.parse(text) as Partial<Schedule>;
  } catch (error) {
    throw new ScheduleFormatError(`a schedule is JSON: ${String(error)}`, { cause: error });
  }
  if (typeof given.seed !== 'number' || !given.setting || !Array.isArray(given.events))
    throw new ScheduleFormatError('a schedule has seed, setting and events');
  const unknown = given.events.find(({ name }) => !happenings[name]);
  if (unknown) throw new ScheduleFormatError(`there is no event ${unknown.name}; known: ${names.join(', ')}`);
  return given as Schedule;
}

/** A schedule for people, one event a line. */
export function inWords({ seed, setting, events }: Schedule): string {
  const { strategy, router, replicas, analysis, controllers, paceMs, neighbour, finale, finalPlan } = setting;
  const { gates, lastWord, targets, lastTargets } = setting;
  const lines = events.map(
    ({ atMs, name, drawn }) => `  ${(atMs / 1000).toFixed(2).padStart(7)} s  ${[name, ...drawn].join(' ')}`,
  );
  return [
    `seed ${seed}: ${strategy} over ${router}, ${replicas} replicas, ${analysis ? 'with' : 'without'} metrics, controllers: ${controllers}${paceMs > 0 ? ` with ${paceMs} ms between passes` : ''}`,
    ...gates.map(({ gate, says }) => `  a gate that says ${says} at first: ${JSON.stringify(gate)}`),
    ...targets.map(({ target, does }) => `  a target that ${does} at first: ${JSON.stringify(target)}`),
    ...lines,
    ...(neighbour ? ['  beside another ModelDeployment, which cannot be read'] : []),
    ...(gates.length > 0
      ? [`  in the end all gates say ${lastWord.says}; what they hold then: ${lastWord.then}`]
      : []),
    ...(targets.length > 0 ? [`  in the end all targets do this, until all is at rest: ${lastTargets}`] : []),
    `  then all faults end, and ${finale === 'revert' ? 'people go back to what they have' : `a ${finale} version is released`} by the plan ${finalPlan}`,
  ].join('\n');
}
