import { z } from 'zod';
import { conditions } from './conditions.ts';
import { duration } from './duration.ts';
import type { apiVersion } from './group.ts';
import type { ObjectMeta } from './object-meta.ts';
import { field, matching, time } from './schema.ts';
import { observedGeneration, unseenStatus } from './unseen-status.ts';

/** What a person or a pipeline can ask for. The admission policy asks RBAC for a right of the same name. */
export const rolloutVerbs = {
  promote:
    'Leave the current step forward, by exactly one, whatever its hold and its metrics say. With `full`: skip all steps that are left, and ask no more analysis.',
  pause: 'Freeze the rollout. A failing candidate is still taken back.',
  resume: 'Go on after a `pause`, or let go of the revision that a `rollback` went back to.',
  abort: 'End the rollout: all traffic goes back, and the revision is left alone until the spec changes.',
  retry: 'Try a revision that failed or was aborted again, from the first step.',
  rollback:
    'Go back to the previous revision, or to `revision`, and stay there until the spec changes or somebody says `resume`.',
  skip: 'Leave a step forward that is not finished, without its gate.',
  restart: 'Replace the pods of a revision one after another, without a new revision.',
} as const;
export type RolloutVerb = keyof typeof rolloutVerbs;
export const RolloutVerb = z.enum(Object.keys(rolloutVerbs) as [RolloutVerb, ...RolloutVerb[]]);

/** Where a RolloutAction stands. */
export const actionStates = {
  Pending: 'Nothing speaks against it; it waits for what the message says.',
  Running: 'It is being carried out: a `restart` takes its time.',
  Applied: 'It was carried out.',
  Refused: 'It was not carried out and never will be; the message says why.',
  Expired: 'It could not be carried out within its `ttl`.',
} as const;
export type ActionState = keyof typeof actionStates;
export const ActionState = z.enum(Object.keys(actionStates) as [ActionState, ...ActionState[]]);

const stepIndex = (description: string) => field(z.int().min(0).max(1_000), description, { format: 'int32' });

const ActionTarget = field(
  z.object({
    name: field(z.string().min(1).max(253), 'Name of the ModelDeployment, in the same namespace.'),
    uid: field(
      z.string().min(1).max(63),
      'Its `metadata.uid`: an action never reaches another one of the same name.',
    ),
    rollout: field(
      z.string().min(1).max(253),
      'Name of the ModelRollout, as `status.rollout.name` shows it. Needed for `promote`, `skip` and `abort`.',
    ).optional(),
    step: stepIndex(
      'The step, from 0, as `status.rollout.step` shows it. Needed for `promote` and `skip`, and heeded for them alone: they never open another gate than this.',
    ).optional(),
  }),
  'What the action is about. An action that comes late, when the rollout is over or the step was left, is refused.',
);

export const RolloutActionSpec = field(
  z.object({
    target: ActionTarget,
    verb: field(RolloutVerb, 'What is asked for.'),
    full: field(
      z.boolean(),
      'Of `promote` only: skip all steps that are left. Full capacity is needed all the same. Default: false.',
    ).optional(),
    revision: matching(
      '^[a-z0-9]{10}$',
      63,
      'revision must be the ten-character name of a revision',
      'Of `rollback` and `restart` only: the revision, among those that are kept. Default: for a `rollback` the previous one, for a `restart` the stable one.',
    ).optional(),
    reason: field(z.string().max(1024), 'Why, in words, for the record.').optional(),
    requestedBy: field(
      z.string().min(1).max(512),
      'Who asks: the name of the user, as the API server knows it. The admission policy holds it to the truth.',
    ).optional(),
    ttl: duration(
      'ttl',
      'An action that could not be carried out for this long expires, and one that has ended is deleted after it. Default: `24h`.',
      { min: '1s' },
    ).optional(),
  }),
  'One decision of a person or a pipeline about a ModelDeployment.',
  {
    rules: [
      { rule: 'self == oldSelf', message: 'the spec of a RolloutAction cannot change', transition: true },
      {
        rule: "!has(self.full) || self.verb == 'promote'",
        message: 'full belongs to verb promote only',
        fieldPath: '.full',
      },
      {
        rule: "!has(self.revision) || self.verb == 'rollback' || self.verb == 'restart'",
        message: 'revision belongs to the verbs rollback and restart only',
        fieldPath: '.revision',
      },
      {
        rule: "(self.verb != 'promote' && self.verb != 'skip') || (has(self.target.rollout) && has(self.target.step))",
        message: 'target.rollout and target.step are needed for promote and skip: they open no other gate',
        fieldPath: '.target',
      },
      {
        rule: "self.verb != 'abort' || has(self.target.rollout)",
        message: 'target.rollout is needed for abort: it ends no other rollout',
        fieldPath: '.target',
      },
      {
        rule: '!has(self.target.step) || has(self.target.rollout)',
        message: 'target.step needs target.rollout: a step belongs to a rollout',
        fieldPath: '.target.step',
      },
    ],
  },
);
export type RolloutActionSpec = z.infer<typeof RolloutActionSpec>;

/** Who asked for something. */
export const Actor = z.object({
  name: field(z.string().max(512), 'Name of the user; `unknown` where the action names nobody.'),
  verified: field(
    z.boolean(),
    'Whether the API server held the name to the truth: the admission policy was in force.',
  ),
});
export type Actor = z.infer<typeof Actor>;

export const RolloutActionStatus = field(
  z.object({
    observedGeneration: observedGeneration(),
    state: field(ActionState, 'Where the action stands.').optional(),
    reason: field(z.string().max(128), 'Why, as a CamelCase constant.').optional(),
    message: field(z.string().max(1024), 'Why, in words.').optional(),
    actor: field(Actor, 'Who asked for it.').optional(),
    decidedAt: time('When it was carried out, refused or expired.').optional(),
    rollout: field(z.string().max(253), 'The ModelRollout that it was carried out on.').optional(),
    step: stepIndex('The step of the rollout at that time, from 0.').optional(),
    revision: field(z.string().max(63), 'Of a `restart`: the revision whose pods are replaced.').optional(),
    conditions: conditions().optional(),
  }),
  'What became of it. Written by the controller only.',
  { default: unseenStatus },
);
export type RolloutActionStatus = z.infer<typeof RolloutActionStatus>;

/** Who asked, and in which object: what a record keeps of an action that may be deleted long before it. */
export const ActionReference = z.object({
  name: field(z.string().max(253), 'Name of the RolloutAction.'),
  uid: field(z.string().max(63), 'Its uid: it is carried out once.'),
  actor: field(Actor, 'Who asked for it.'),
});
export type ActionReference = z.infer<typeof ActionReference>;

/** What a field means when a spec leaves it out. */
export const actionDefaults = { ttl: '24h', unknownActor: 'unknown' } as const;

/** One decision of a person or a pipeline, as it is stored. */
export interface RolloutAction {
  apiVersion: typeof apiVersion;
  kind: 'RolloutAction';
  metadata: ObjectMeta;
  spec: RolloutActionSpec;
  status?: RolloutActionStatus;
}
