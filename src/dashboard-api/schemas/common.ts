import { z } from 'zod';
import { RolloutVerb } from '../../api/rollout-action.ts';

/** Pieces that several answers share. Shapes only: nothing here depends on how an answer comes about. */

/** The schema with its sentence in the OpenAPI document. */
export const told = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({ description });

/** RFC 3339, in UTC. All times are absolute: the page says how long ago they are by its own clock and `serverTime`. */
export const time = (description: string) => told(z.string().max(40), description);
/** Milliseconds since 1970. */
export const timeMs = (description: string) => told(z.number(), description);
/** Percent, 0 to 100. */
export const percent = (description: string) => told(z.number().min(0).max(100), description);
export const count = (description: string) => told(z.number().min(0), description);

export const ModelName = told(
  z.object({
    name: told(z.string(), 'Name of the model, where the spec names one.').optional(),
    version: told(z.string(), 'Its version, where the spec names one.').optional(),
  }),
  'The model that a revision serves, as far as its spec names it.',
);

export const RevisionName = told(z.string().max(63), 'Ten-character name of the revision.');

export const Role = told(
  z.object({
    revision: RevisionName,
    model: ModelName.optional(),
    label: told(
      z.string(),
      'What to call it: name and version of the model, or the revision where the spec names none.',
    ),
    replicas: count('Pods that it has.'),
    ready: count('Pods of it that are ready.'),
  }),
  'The revision that plays a role, and its pods.',
);
export type Role = z.infer<typeof Role>;

export const Actor = told(
  z.object({
    name: told(z.string(), 'The user, as the API server knows it.'),
    verified: told(z.boolean(), 'The admission policy held the name to the truth.'),
  }),
  'Who asked for something.',
);

export const Condition = told(
  z.object({
    type: z.string(),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string(),
    message: z.string(),
    since: time('When its status last changed.').optional(),
    asItShouldBe: told(z.boolean(), 'False: a person wants to be told of it.'),
    documentation: told(z.string(), 'What the reason means, in a sentence.').optional(),
  }),
  'One condition of the ModelDeployment.',
);

export const NextSteps = told(
  z.object({
    byItself: told(z.array(z.string()), 'What would change it without anybody, in sentences.'),
    byYou: told(
      z.array(
        z.object({
          verb: told(RolloutVerb, 'The verb, where the page can ask for it.').optional(),
          full: told(z.boolean(), 'Of `promote`: all steps that are left.').optional(),
          command: told(z.string(), 'The command line that does it, or what to change in the spec.'),
          effect: told(z.string(), 'What it brings.'),
        }),
      ),
      'What fits now, the most usual first. Whether this person may is in `rights`.',
    ),
  }),
  'What would change how things stand.',
);
