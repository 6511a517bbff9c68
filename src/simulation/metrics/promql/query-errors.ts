import { MetricsError } from '../../../metrics-source/metrics-error.ts';

/** The query is no PromQL. */
export const parseError = (message: string): MetricsError =>
  new MetricsError('badQuery', `parse error: ${message}`);

/** PromQL that the simulated Prometheus does not have. */
export const notSimulated = (what: string): MetricsError =>
  new MetricsError('badQuery', `the simulated Prometheus does not have ${what}; it has ${simulated}`);

const simulated =
  'selectors, ranges and offset; rate, increase, irate, *_over_time, histogram_quantile, vector, scalar, time, abs, clamp_min, ' +
  'clamp_max; sum, avg, min, max, count with by or without; arithmetic, comparisons, and, or, unless with on or ignoring';
