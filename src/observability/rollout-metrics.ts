import { Counter, Histogram, type Registry } from 'prom-client';
import { parseDuration } from '../api/duration.ts';
import { outcomes } from '../api/phase.ts';
import type { Decision } from '../domain/decision.ts';
import type { RolloutView } from '../domain/world.ts';
import { excessOf } from './judged-figures.ts';

/** Seconds: from a rollout that fails at once to one of weeks. */
const rolloutSeconds = [60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 259_200, 604_800];
const writeSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Whether a write of traffic gave the candidate more, took from it, or mended what it has. */
export const directions = ['forward', 'back', 'same'] as const;
export type Direction = (typeof directions)[number];

/** What becomes of rollouts, over all of them: no series of its own for any one, so that nothing is left of those that ended. */
export class RolloutMetrics {
  readonly #ended;
  readonly #duration;
  readonly #excess;
  readonly #writeDelay;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#ended = new Counter({
      name: 'understudy_rollouts_ended_total',
      help: 'Rollouts by their outcome and its reason.',
      labelNames: ['outcome', 'reason'] as const,
      registers,
    });
    this.#duration = new Histogram({
      name: 'understudy_rollout_duration_seconds',
      help: 'How long rollouts took, from their beginning to their outcome.',
      labelNames: ['outcome'] as const,
      buckets: rolloutSeconds,
      registers,
    });
    this.#excess = new Counter({
      name: 'understudy_rollouts_excess_bad_requests_total',
      help: "Bad requests that candidates of ended rollouts had beyond those of the stable revision in their place, by each rollout's worst metric.",
      labelNames: ['outcome'] as const,
      registers,
    });
    this.#writeDelay = new Histogram({
      name: 'understudy_traffic_write_delay_seconds',
      help: "From the verdict of a pass to the API server's answer to the write that moves traffic.",
      labelNames: ['direction'] as const,
      buckets: writeSeconds,
      registers,
    });
    for (const outcome of Object.keys(outcomes)) {
      this.#excess.inc({ outcome }, 0);
      this.#duration.zero({ outcome });
    }
    for (const direction of directions) this.#writeDelay.zero({ direction });
  }

  /** After a pass whose writes were all made: counts a rollout whose outcome is new (law 13: at most once). */
  passed(rollouts: readonly RolloutView[], { rolloutStatus }: Pick<Decision, 'rolloutStatus'>): void {
    const { outcome, reason = 'Unknown', duration, analysis } = rolloutStatus?.status ?? {};
    const before = rollouts.find(({ name }) => name === rolloutStatus?.name);
    if (outcome === undefined || before === undefined || before.status.outcome !== undefined) return;
    this.#ended.inc({ outcome, reason });
    if (duration !== undefined) this.#duration.observe({ outcome }, parseDuration(duration) / 1000);
    const known = Object.values(analysis?.evidence?.metrics ?? {}).map((metric) => excessOf(metric) ?? 0);
    this.#excess.inc({ outcome }, Math.max(0, ...known));
  }

  /** Traffic was written, so long after it was decided. */
  trafficWritten(
    rollouts: readonly RolloutView[],
    { rolloutStatus }: Pick<Decision, 'rolloutStatus'>,
    delayMs: number,
  ): void {
    const before = rollouts.find(({ name }) => name === rolloutStatus?.name)?.status.weight ?? 0;
    const after = rolloutStatus?.status.weight ?? before;
    const direction: Direction = after > before ? 'forward' : after < before ? 'back' : 'same';
    this.#writeDelay.observe({ direction }, Math.max(0, delayMs) / 1000);
  }
}
