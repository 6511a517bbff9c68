import type { ModelRolloutStatus } from '../../src/api/model-rollout.ts';
import type { InstalledController } from './installed-controller.ts';
import type { ObjectHistory, Version } from './object-history.ts';
import type { TestBed } from './test-bed.ts';
import type { WatchedModel } from './watched-model.ts';

/** A place of a rollout, known by the version of an object in which it shows. */
export interface Place {
  at: string;
  history: (model: WatchedModel) => ObjectHistory;
  is: (version: Version, model: WatchedModel) => boolean;
}

/** The record says so. */
export const record = (at: string, is: (status: ModelRolloutStatus) => boolean | undefined): Place => ({
  at,
  history: ({ rollouts }) => rollouts,
  is: ({ object }) => {
    const status = object['status'] as ModelRolloutStatus | undefined;
    return status !== undefined && is(status) === true;
  },
});

/** The route gives version 2 so many thousandths. */
export const split = (at: string, weight: number): Place => ({
  at,
  history: ({ route }) => route,
  is: ({ object }, model) => model.weightOf('v2', object) === weight,
});

/** The route gave version 2 something, and gives it nothing any more. */
export const takenBack = (at: string): Place => ({
  at,
  history: ({ route }) => route,
  is: (version, model) => {
    const before = model.route.versions.slice(0, model.route.versions.indexOf(version));
    return (
      model.weightOf('v2', version.object) === 0 &&
      before.some(({ object }) => model.weightOf('v2', object) > 0)
    );
  },
});

/** A controller that is killed with SIGKILL in the very moment in which a watch shows that it got somewhere. */
export class KilledController {
  readonly #controller: InstalledController;

  private constructor(controller: InstalledController) {
    this.#controller = controller;
  }

  /** A killed leader gives its Lease back to nobody; another test waits for that. */
  static async install(bed: TestBed): Promise<KilledController> {
    return new KilledController(await bed.installController({ leaderElection: { enabled: false } }));
  }

  /** Kills it at the place, with its pod, for a container would be kept waiting longer after each end; another pod goes on. */
  async killAt({ at, history, is }: Place, model: WatchedModel): Promise<void> {
    const { run } = this.#controller;
    await history(model).until(at, (version) => is(version, model), { at: () => run.signal('SIGKILL') });
    await this.#controller.replace(run);
  }
}
