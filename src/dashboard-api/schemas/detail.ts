import { z } from 'zod';
import { ActionState, RolloutVerb } from '../../api/rollout-action.ts';
import { Actor, Condition, count, ModelName, NextSteps, RevisionName, time, told } from './common.ts';
import { Row } from './list.ts';
import { RolloutDetail, RolloutSummary } from './rollout.ts';
import { UserGates } from './user-gate.ts';

export const Identity = told(
  z.object({
    name: z.string().optional(),
    version: z.string().optional(),
    uri: told(z.string(), 'Where the artefact lies, without credentials.').optional(),
    digest: z.string().optional(),
    format: z.string().optional(),
    parameters: z.record(z.string(), z.string()).optional(),
    serving: told(z.string(), 'How it is hosted, in words: `runtime vllm`, `image a:4`.').optional(),
  }),
  'What a revision serves.',
);

export const KeptRevision = told(
  z.object({
    revision: RevisionName,
    label: z.string(),
    model: ModelName.optional(),
    roles: told(z.array(z.enum(['stable', 'candidate', 'spec'])), '`spec`: the one that the spec asks for.'),
    identity: told(Identity, 'Absent where its Deployment does not remember it.').optional(),
    replicas: count('Pods that it has.'),
    ready: count('Ready ones.'),
    createdAt: time('When it was born.').optional(),
    rollouts: told(z.array(z.string()), 'The kept ModelRollouts that tried it.'),
  }),
  'One revision that is kept.',
);

export const Pod = told(
  z.object({
    name: z.string(),
    revision: RevisionName,
    ready: z.boolean(),
    state: told(z.string(), 'Its phase, or why it does not run: `CrashLoopBackOff`.'),
    restarts: count('Of its containers.').optional(),
    createdAt: time('When it was made.').optional(),
  }),
  'One pod.',
);

export const Action = told(
  z.object({
    name: z.string(),
    uid: z.string(),
    verb: RolloutVerb,
    full: z.boolean().optional(),
    revision: z.string().optional(),
    reason: told(z.string(), 'Why, as the person wrote it.').optional(),
    by: Actor.optional(),
    askedAt: time('When it was asked for.').optional(),
    state: told(ActionState, 'Absent while nobody has looked at it.').optional(),
    message: told(z.string(), 'What became of it, or what it waits for.').optional(),
    decidedAt: time('When it was answered.').optional(),
  }),
  'One RolloutAction.',
);
export type Action = z.infer<typeof Action>;

const Right = told(
  z.object({
    verb: RolloutVerb,
    allowed: z.boolean(),
    because: told(z.string(), 'Where it is not allowed: what is missing, in words.').optional(),
  }),
  'Whether this person may ask for a verb here. The API server decides again when they do.',
);

export const Rights = told(
  z.object({
    verbs: told(z.array(Right), 'All of them, in the order of their use.'),
    sees: told(
      z.object({
        rollouts: z.boolean(),
        actions: z.boolean(),
        revisions: told(z.boolean(), 'Deployments: revisions and their differences.'),
        pods: z.boolean(),
        events: z.boolean(),
      }),
      'What this person may see of what belongs to it.',
    ),
  }),
  'What this person may see and do with this ModelDeployment.',
);
export type Rights = z.infer<typeof Rights>;

export const Detail = told(
  z.object({
    row: Row,
    conditions: z.array(Condition),
    next: NextSteps,
    rollout: told(RolloutDetail, 'The rollout that runs, or the last one.').optional(),
    nextGates: told(
      UserGates,
      'What the spec asks the next rollout; empty where `rollout` has the same gates.',
    ),
    identity: told(
      z.object({
        stable: Identity.optional(),
        candidate: Identity.optional(),
        spec: told(Identity, 'What the spec asks for.'),
      }),
      'Which model is served, and which one is tried.',
    ),
    revisions: told(z.array(KeptRevision), 'The newest first. Absent without the right.').optional(),
    pods: told(z.array(Pod), 'Absent without the right.').optional(),
    actions: told(z.array(Action), 'RolloutActions about it that are kept, the newest first; at most 50.'),
    history: told(z.array(RolloutSummary), 'Kept rollouts, the newest first.'),
    preset: told(
      z.object({ name: z.string(), says: z.array(z.string()) }),
      'Whose counters it is judged by, and where they mislead.',
    ).optional(),
    rights: Rights,
  }),
  'Everything about one ModelDeployment. Each of its fields is a section that a delta replaces as a whole.',
);
export type Detail = z.infer<typeof Detail>;

export const DetailAnswer = z.object({
  serverTime: time('Now.'),
  stale: told(
    z.object({ since: time('Since when the API server does not answer.'), message: z.string() }),
    'Present while what is shown may be old.',
  ).optional(),
  detail: Detail,
});
export type DetailAnswer = z.infer<typeof DetailAnswer>;
