import type { Random } from './random.ts';

/** How long the parts of the cluster take; each time is drawn anew between half of this and this. Milliseconds. */
export interface WorldTimings {
  /** From a pod's creation to its node. */
  scheduleMs: number;
  /** How long a pod takes to end. */
  shutDownMs: number;
  /** The Deployment controller's reaction. */
  deploymentsMs: number;
  /** The EndpointSlice controller's reaction. */
  endpointsMs: number;
  /** The gateway's status. */
  acknowledgeMs: number;
  /** The gateway's data plane. */
  programMs: number;
  /** The garbage collector. */
  collectMs: number;
}

export const defaultTimings: WorldTimings = {
  scheduleMs: 100,
  shutDownMs: 1000,
  deploymentsMs: 50,
  endpointsMs: 200,
  acknowledgeMs: 200,
  programMs: 100,
  collectMs: 500,
};

/** The times as functions that draw. Each has a generator of its own, so that one draws nothing away from another. */
export function drawnFrom(random: Random, timings: WorldTimings): Record<keyof WorldTimings, () => number> {
  const draw = (name: string, longestMs: number) => {
    const own = random.fork(name);
    return () => Math.round((longestMs * (1 + own.uniform())) / 2);
  };
  return Object.fromEntries(
    Object.entries(timings).map(([name, longestMs]) => [name, draw(name, longestMs as number)]),
  ) as Record<keyof WorldTimings, () => number>;
}
