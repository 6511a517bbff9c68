import { z } from 'zod';
import { time, told } from './common.ts';
import { Detail, DetailAnswer } from './detail.ts';
import { ListAnswer, Row } from './list.ts';
import { Problem } from './problem.ts';

/**
 * Server-sent events, read by `fetch` (an EventSource cannot send the token). Every snapshot and delta has an `id`; whoever comes back
 * with it as `Last-Event-ID` gets what came since, or a new snapshot where that is not known any more.
 */
export const listEvents = {
  snapshot: told(ListAnswer, 'Everything anew.'),
  delta: told(
    z.object({
      serverTime: time('Now.'),
      rows: told(z.array(Row), 'New or changed rows, each of them whole.'),
      removed: told(z.array(z.string()), 'Keys of rows that are gone, or that may not be seen any more.'),
      stale: told(
        ListAnswer.shape.stale.unwrap().nullable(),
        'Present where it changed; null: no longer stale.',
      ).optional(),
    }),
    'What changed.',
  ),
  heartbeat: told(z.object({ serverTime: time('Now.') }), 'Nothing has changed; the stream lives.'),
  problem: told(Problem, 'The stream ends: the right or the login is gone, or the server stops.'),
} as const;

export const detailEvents = {
  snapshot: told(DetailAnswer, 'Everything anew.'),
  delta: told(
    z.object({
      serverTime: time('Now.'),
      changed: told(Detail.partial(), 'Sections that are new or changed, each of them whole.'),
      removed: told(z.array(z.string()), 'Sections that are gone.'),
      stale: told(
        DetailAnswer.shape.stale.unwrap().nullable(),
        'Present where it changed; null: no longer stale.',
      ).optional(),
    }),
    'What changed.',
  ),
  heartbeat: listEvents.heartbeat,
  gone: told(
    z.object({ serverTime: time('Now.') }),
    'The ModelDeployment was deleted. It may come back: a snapshot follows.',
  ),
  problem: listEvents.problem,
} as const;

export type ListEventName = keyof typeof listEvents;
export type ListEvent<Name extends ListEventName = ListEventName> = z.infer<(typeof listEvents)[Name]>;
export type DetailEventName = keyof typeof detailEvents;
export type DetailEvent<Name extends DetailEventName = DetailEventName> = z.infer<
  (typeof detailEvents)[Name]
>;
