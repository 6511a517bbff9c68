import { z } from 'zod';
import { Outcome, Phase, RolloutPhase, Verdict } from '../../api/phase.ts';
import { strategies } from '../../api/rollout-plan.ts';
import { count, Role, time, told } from './common.ts';
import { ErrorTrend, Split } from './split.ts';

export const Strategy = z.enum(Object.keys(strategies) as [keyof typeof strategies]);

export const StepPlace = told(
  z.object({
    rollout: told(z.string(), 'Name of the ModelRollout.'),
    phase: told(RolloutPhase, 'Where the rollout stands. Absent where its record is not seen.').optional(),
    step: told(z.int().min(0), 'The step, from 0, as an action names it.'),
    steps: told(z.int().min(0), 'How many steps the plan has.'),
    short: told(z.string(), '`2/4`, `bake`, `prepare`, `-`: for a narrow column.'),
    words: told(z.string(), '`weight 25 %, hold 2m`: what the step does.').optional(),
    since: time('When the step began.').optional(),
    nextDecisionAt: time('When time alone brings the next decision.').optional(),
    outcome: told(Outcome, 'How it ended; absent while it runs.').optional(),
  }),
  'The rollout that runs, or the last one.',
);

export const waits = ['nobody', 'person', 'evidence', 'metrics', 'pods', 'traffic', 'gate', 'time'] as const;

export const Row = told(
  z.object({
    key: told(z.string(), '`namespace/name`: what a delta names.'),
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    phase: Phase,
    message: told(z.string(), 'What is going on, in words.'),
    serving: told(z.boolean(), 'False: users are not served.'),
    seen: told(z.boolean(), 'False: no controller has looked at the spec as it is now.'),
    strategy: told(Strategy, 'Of the running or last rollout, else of the spec.'),
    stable: told(Role, 'The revision that users have.').optional(),
    candidate: told(Role, 'The revision on trial.').optional(),
    split: Split.optional(),
    step: StepPlace.optional(),
    waitsFor: told(
      z.enum(waits),
      'What a rollout that runs waits for, in one word; `nobody` where none runs.',
    ),
    verdicts: told(
      z.array(z.object({ metric: z.string(), verdict: Verdict, dryRun: z.boolean().optional() })).max(16),
      'What each metric of the open gate says.',
    ),
    errors: ErrorTrend.optional(),
    since: time('Since when it is in this phase; of a running rollout since when at this step.').optional(),
    createdAt: time('When the ModelDeployment was made.').optional(),
    deleting: told(z.boolean(), 'It is being deleted.'),
    outdated: told(
      z.literal(true),
      'The object as it is now has a form that cannot be shown: all but the message is how it was.',
    ).optional(),
    openActions: count('RolloutActions that wait for an answer.'),
  }),
  'One ModelDeployment as a row of the list.',
);
export type Row = z.infer<typeof Row>;

export const ListAnswer = told(
  z.object({
    serverTime: time('Now, by the clock of the server.'),
    synced: told(z.boolean(), 'False: the caches are not filled yet, so that rows may be missing.'),
    stale: told(
      z.object({ since: time('Since when the API server does not answer.'), message: z.string() }),
      'Present while what is shown may be old.',
    ).optional(),
    rows: told(z.array(Row), 'All that this person may see, by namespace and name.'),
  }),
  'The list.',
);
export type ListAnswer = z.infer<typeof ListAnswer>;
