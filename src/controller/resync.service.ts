import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ControllerService } from './controller.service.ts';

/** Rare: nothing relies on it. */
export const resyncPeriodMs = 600_000;

/**
 * The safety net under the watches: every ten minutes each ModelDeployment is looked at once more, so that a change that was
 * missed, or a wake-up that was lost, is mended by itself. It costs no request, and comes spread over the ten minutes.
 */
@Injectable()
export class ResyncService {
  readonly #controller: ControllerService;

  constructor(controller: ControllerService) {
    this.#controller = controller;
  }

  @Interval('resync', resyncPeriodMs)
  resync(): void {
    this.#controller.resync(resyncPeriodMs);
  }
}
