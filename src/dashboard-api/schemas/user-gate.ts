import { z } from 'zod';
import { gateLimits } from '../../api/gate.ts';
import { gateSayings, longestLog, longestSaying } from '../../api/gate-record.ts';
import { gateStates } from '../../presentation/gate-standing.ts';
import { count, time, told } from './common.ts';

export const UserGate = told(
  z.object({
    name: z.string(),
    when: told(z.enum(['before', 'during', 'after']), 'When it is asked.'),
    kind: told(z.enum(['webhook', 'job']), 'What is asked.'),
    asked: told(
      z.string(),
      '`webhook at checks.example.com, before the candidate gets its first request`: of an address only the host.',
    ),
    state: told(
      z.enum(gateStates),
      '`ahead`: its time is still to come. `asked`: nobody has answered yet. `never`: the rollout went past it, or ended, unasked. The others are what it said last.',
    ),
    label: told(z.string(), '`said no`: the state in words.'),
    words: told(z.string(), '`said no at step 2 of 4 (2 failures, 1 is tolerated)`.'),
    here: told(z.boolean(), 'The rollout stands where it is asked.'),
    askedSince: time('Since when its next answer is awaited.').optional(),
    nextAt: time('When it is asked again.').optional(),
    answer: told(
      z.object({
        said: told(z.enum(gateSayings), '`Silent`: nobody answered, also after all retries.'),
        at: time('When.'),
        answers: count('How often it has answered at that place.'),
        failures: count('How often it said Fail there.'),
        message: told(z.string().max(longestSaying), 'Why, in its own words.'),
        log: told(z.string().max(longestLog), 'Of a Job: the end of what it printed.').optional(),
      }),
      'What it said last.',
    ).optional(),
    means: told(z.array(z.string()), 'What failure and silence mean for it, in sentences.'),
  }),
  "A check of the user's own outside of the metrics, one of `spec.gates`.",
);
export type UserGate = z.infer<typeof UserGate>;

export const UserGates = z.array(UserGate).max(gateLimits.gates);
