import type { RolloutAnalysis } from '../../api/model-rollout.ts';

/** No plan looks more often than this. */
const shortestIntervalMs = 100;

/** One look at the source: a stretch of the grid of time. */
export interface MeasurementSlot {
  index: number;
  startMs: number;
  endMs: number;
}

/** How often the evidence is asked for: the plan's interval, or that of the source's scrapes. */
export function measurementIntervalMs(
  { intervalMs }: Pick<RolloutAnalysis, 'intervalMs'>,
  scrapeIntervalMs: number,
): number {
  return Math.max(shortestIntervalMs, intervalMs ?? scrapeIntervalMs);
}

/** Measurements happen on a grid of time, so that passes in between ask for nothing again. It is the same for all that look as often. */
export function measurementSlot(nowMs: number, intervalMs: number): MeasurementSlot {
  const index = Math.floor(nowMs / intervalMs);
  return { index, startMs: index * intervalMs, endMs: (index + 1) * intervalMs };
}
