import { z } from 'zod';
import { count, percent, time, timeMs, told } from './common.ts';

export const Split = told(
  z.object({
    desired: percent('What was decided.').optional(),
    applied: percent('What the live traffic objects say, as read back.').optional(),
    observed: percent('What the gateway counted lately.').optional(),
    mirrored: percent('Share of the live requests that is copied to the candidate.').optional(),
    acknowledged: told(z.boolean(), 'The data plane has taken over what the traffic objects say.').optional(),
    achievable: percent('The share nearest to `desired` that pod counts can give.').optional(),
  }),
  "The candidate's share of live traffic in percent: desired, applied and observed are three different things.",
);

/** Columns, as uPlot takes them. */
export const Points = told(
  z.object({
    atMs: told(z.array(timeMs('End of the interval.')), 'Times, ascending.'),
    candidate: told(
      z.array(z.number().nullable()),
      'One value for each time; null where there was nothing to count.',
    ),
    stable: told(z.array(z.number().nullable()), 'The same of the stable revision.'),
  }),
  'Both revisions over time, in columns of equal length.',
);
export type Points = z.infer<typeof Points>;

export const origins = ['source', 'record'] as const;
export const Origin = told(
  z.enum(origins),
  '`source`: the metrics source was asked for its samples, so that each point is what was counted in one interval. ' +
    '`record`: how the counts in the ModelRollout grew from look to look, as far as this server saw it: coarser, and empty when it began a moment ago.',
);

export const ErrorTrend = told(
  z.object({
    metric: told(z.string(), 'The metric that it shows: the first of kind errorRate.'),
    origin: Origin,
    candidate: told(z.number(), 'Share of bad requests of the candidate on this step, 0 to 1.').optional(),
    stable: told(z.number(), 'The same of the stable revision.').optional(),
    points: told(Points, 'Shares from 0 to 1, at most 30 points.'),
  }),
  'Errors lately, small enough for a row. Absent while nothing is counted.',
);
export type ErrorTrend = z.infer<typeof ErrorTrend>;

export const Series = told(
  z.object({
    metric: z.string(),
    kind: z.enum(['errorRate', 'latency', 'query']),
    unit: told(
      z.enum(['share', 'number']),
      '`share`: bad requests among all, 0 to 1. `number`: what the query gives.',
    ),
    says: told(z.string(), 'What a value means, for the axis: `share of requests slower than 500 ms`.'),
    origin: Origin,
    points: Points,
    requests: told(Points, 'Requests of each interval. Only where requests are counted.').optional(),
    lacks: told(z.string(), 'Why there are no points, in words.').optional(),
  }),
  'One metric of both revisions over time.',
);
export type Series = z.infer<typeof Series>;

export const SeriesAnswer = told(
  z.object({
    serverTime: time('Now.'),
    rollout: told(z.string(), 'The ModelRollout that it is about.'),
    fromMs: timeMs('Where the first interval begins.'),
    toMs: timeMs('Where the last one ends.'),
    stepMs: count('Length of an interval in milliseconds.'),
    refreshMs: count('Nothing newer is to be had before this many milliseconds are over.'),
    series: z.array(Series).max(32),
  }),
  'The metrics of one rollout over time. Asked at most once in `refreshMs` for all people together, one query for each family of counters.',
);
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;
