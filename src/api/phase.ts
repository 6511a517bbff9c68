import { z } from 'zod';

/** What a ModelDeployment is doing, for people. Machines read the conditions. */
export const phases = {
  Pending: 'Nothing has been decided yet, or the first revision is not serving yet.',
  Progressing: 'A rollout is on its way through its steps, or its candidate takes over.',
  Paused:
    'A rollout stands still: by `spec.paused`, by a pause step, or because its evidence did not suffice; or a shadow has ended, and a person decides what follows.',
  Baking: 'The candidate was promoted and has all traffic; the previous revision stays warm for now.',
  Healthy: 'The revision of the spec is the stable one, baked, and serves.',
  RolledBack: 'The revision of the spec was tried and taken back; the previous revision serves.',
  Failed: 'The spec cannot be carried out, or its first revision never became ready.',
} as const;
export type Phase = keyof typeof phases;
export const Phase = z.enum(Object.keys(phases) as [Phase, ...Phase[]]);

/** Where a ModelRollout stands. */
export const rolloutPhases = {
  Preparing: 'The candidate has no traffic: its pods start, and its backend gets into the route at weight 0.',
  Stepping: 'The candidate goes through the steps of the plan.',
  Promoting: 'All steps passed: the candidate is brought to full capacity and gets all traffic.',
  Baking: 'The candidate is the stable; the previous revision stays warm.',
  Returning:
    'The end is decided: traffic returns to the stable revision as fast as its pods become ready, since it was made smaller by choice.',
  Ended: 'The outcome is written and does not change any more.',
} as const;
export type RolloutPhase = keyof typeof rolloutPhases;
export const RolloutPhase = z.enum(Object.keys(rolloutPhases) as [RolloutPhase, ...RolloutPhase[]]);

/** How a ModelRollout ended. */
export const outcomes = {
  Promoted: 'The candidate took all traffic and passed its bake.',
  RolledBack: 'The candidate failed, or the user returned the spec to the stable revision.',
  Completed: 'A shadow ran to its end, and its report is written; nothing was to follow it.',
  Superseded: 'The spec asked for another revision while the rollout ran.',
  Aborted: 'The ModelDeployment was deleted, or the rollout was ended by hand.',
  Failed: 'The candidate never became ready within the progress deadline; it did not do harm.',
} as const;
export type Outcome = keyof typeof outcomes;
export const Outcome = z.enum(Object.keys(outcomes) as [Outcome, ...Outcome[]]);

/** The answer of a gate. */
export const verdicts = {
  Pass: 'The evidence suffices to go on.',
  Fail: 'The candidate does harm: it is taken back.',
  Inconclusive: 'The evidence does not suffice yet.',
  NoData: 'The metrics source is silent, fails, or gives no number.',
} as const;
export type Verdict = keyof typeof verdicts;
export const Verdict = z.enum(Object.keys(verdicts) as [Verdict, ...Verdict[]]);
