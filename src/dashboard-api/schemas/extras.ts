import { z } from 'zod';
import { count, time, told } from './common.ts';
import { Revision } from './rollout.ts';

const Side = Revision.extend({
  role: told(z.string(), '`stable`, `candidate`, `asked for by the spec`, `previous`.'),
});

export const DiffAnswer = told(
  z.object({
    from: Side,
    to: Side,
    same: told(z.boolean(), 'Made from the same model and template.'),
    hunks: z.array(
      z.object({
        oldStart: z.int(),
        oldLines: z.int(),
        newStart: z.int(),
        newLines: z.int(),
        lines: told(z.array(z.string()), 'Each begins with a space, `+` or `-`.'),
      }),
    ),
  }),
  'A unified diff of two revisions as YAML, keys sorted.',
);
export type DiffAnswer = z.infer<typeof DiffAnswer>;

export const EventsAnswer = told(
  z.object({
    serverTime: time('Now.'),
    events: told(
      z.array(
        z.object({
          type: told(z.string(), '`Normal` or `Warning`.'),
          reason: z.string(),
          message: z.string(),
          documentation: told(z.string(), 'What the reason means.').optional(),
          about: z.object({ kind: z.string(), name: z.string() }),
          count: count('How often.'),
          firstAt: time('First.').optional(),
          lastAt: time('Last.').optional(),
        }),
      ),
      'The newest first, at most 100.',
    ),
  }),
  "Kubernetes' events about the ModelDeployment and its rollouts, read with the person's own token when they are asked for.",
);
export type EventsAnswer = z.infer<typeof EventsAnswer>;

export const Me = told(
  z.object({
    serverTime: time('Now.'),
    version: told(z.string(), 'Of this server.'),
    mode: told(
      z.enum(['cluster', 'local']),
      "`cluster`: served by the controller; the person brings a token. `local`: `understudy dashboard`, with the person's own kubeconfig.",
    ),
    user: told(
      z.object({ name: z.string(), groups: z.array(z.string()) }),
      'Who the API server says the person is. Absent: nobody is logged in.',
    ).optional(),
    anonymous: told(
      z.enum(['none', 'readOnly']),
      'What people without a token may: nothing, or see everything and do nothing.',
    ),
    needsToken: told(z.boolean(), 'True: nothing is shown until a token is given.'),
    namespaces: told(z.array(z.string()), 'Namespaces with a ModelDeployment that this person may see.'),
    heartbeatMs: count('A stream that says nothing for twice as long is broken.'),
  }),
  'Who the person is, and with whom the page talks.',
);
export type Me = z.infer<typeof Me>;
