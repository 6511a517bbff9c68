import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Clock } from '../runtime/clock.ts';
import type { ControllerService } from './controller.service.ts';

/** Rare: nothing relies on it. */
export const resyncPeriodMs = 600_000;

/** So few that ten thousand at rest take less than a hundredth of a core: a look costs 2 ms of processor time. */
const restingLooksPerSecond = 4;

/**
 * How long it takes until each of so many that are at rest was looked at, in milliseconds: the period, or so many whole periods that there
 * are not too many in a second.
 */
export function restingRoundMs(count: number): number {
  const periods = Math.ceil((count * 1000) / restingLooksPerSecond / resyncPeriodMs);
  return Math.max(1, periods) * resyncPeriodMs;
}

/**
 * The safety net under the watches: each ModelDeployment is looked at once more, so that a change that was missed, or a wake-up that was lost, is
 * mended by itself; one that rolls out every ten minutes, one at rest in the round that `restingRoundMs` gives. It costs no request, and comes spread over its time.
 */
@Injectable()
export class ResyncService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #controller: ControllerService;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;
  /** Periods until the round of those at rest is over. */
  #periodsLeft = 0;

  constructor(controller: ControllerService, clock: Clock) {
    this.#controller = controller;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    this.#cancel = this.#clock.after(resyncPeriodMs, () => {
      this.onApplicationBootstrap();
      this.resync();
    });
  }

  beforeApplicationShutdown(): void {
    this.#cancel?.();
  }

  resync(): void {
    this.#periodsLeft -= 1;
    this.#controller.resync(resyncPeriodMs, (count) => {
      if (this.#periodsLeft > 0) return undefined;
      const roundMs = restingRoundMs(count);
      this.#periodsLeft = roundMs / resyncPeriodMs;
      return roundMs;
    });
  }
}
