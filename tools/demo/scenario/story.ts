import type { Verdict } from '../../../src/api/phase.ts';
import type { RolloutOutcome } from '../../../src/api/model-rollout.ts';

/** One strategy, shown with the three versions of the model one after the other. */
export interface Story {
  readonly name: string;
  /** Where its manifests are, below the root of the repository. */
  readonly folder: string;
  /** Under this host name the gateway shows the candidate to testers; undefined without a preview. */
  readonly previewHost?: string | undefined;
  readonly acts: readonly Act[];
  /** What a reader has seen when everything was as it should be. */
  readonly moral: string;
}

/** One version on its way to the users, or back. */
export interface Act {
  readonly version: string;
  /** What happens, for the time in which it does. */
  readonly words: string;
  /** What is to be seen when it is over and its pods end; undefined where the next act begins at once. */
  readonly afterwards?: string | undefined;
  readonly expected: Expected;
}

/** What must come of an act. */
export interface Expected {
  /** Absent for the first version ever: it is served at once, without a rollout. */
  readonly outcome?: RolloutOutcome | undefined;
  /** Every share that the route gives the version, in percent and in order; undefined where it is not asked for. */
  readonly shares?: readonly number[] | undefined;
  /** What clients get of the version: good answers only, also its own errors, or nothing at all. */
  readonly clientsGet: 'answers' | 'errors' | 'nothing';
  /** The worst verdict of the report on the copies; undefined where none are made. */
  readonly report?: Verdict | undefined;
}
