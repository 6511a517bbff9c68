import { z } from 'zod';
import { field, time } from './schema.ts';

/** What a gate last said: its verdict, or that nobody answered, also after all retries. */
export const gateSayings = ['Pass', 'Fail', 'Wait', 'Silent'] as const;
export type GateSaying = (typeof gateSayings)[number];

/** Of what a gate says, in characters. */
export const longestSaying = 512;

/** Of what a Job printed, in characters. */
export const longestLog = 2_048;

export const GateRecord = field(
  z.object({
    name: field(z.string().max(63), 'Name of the gate.'),
    place: field(z.int().min(0), 'Where in the plan it was asked: a step, from 0, or a number behind them.', {
      format: 'int32',
    }),
    round: field(z.int().min(0), 'How often it has answered at this place before, from 0.', {
      format: 'int32',
    }),
    said: field(z.enum(gateSayings), 'What it said last; `Silent`: nobody answered, also after all retries.'),
    at: time('When it was answered.'),
    failures: field(z.int().min(0), 'How often it said Fail at this place.', { format: 'int32' }),
    message: field(z.string().max(longestSaying), 'Why, in its own words.'),
    log: field(z.string().max(longestLog), 'Of a Job: the end of what it printed.').optional(),
  }),
  'What a gate said last.',
);
export type GateRecord = z.infer<typeof GateRecord>;
