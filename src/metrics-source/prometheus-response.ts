import type { QueryResult } from '../domain/analysis/measurement.ts';
import { MetricsError } from './metrics-error.ts';
import { readAnswer, readRefusal } from './prometheus-answer.ts';
import type { HttpAnswer } from './prometheus-connection.ts';

/** What an HTTP answer of Prometheus means. Throws `MetricsError` for everything but an answer to the query. */
export function readResponse({ status, body, location }: HttpAnswer): QueryResult {
  if (status === 200) return readAnswer(body);
  if (status >= 300 && status < 400) {
    throw new MetricsError(
      'redirected',
      `the source redirects (HTTP ${status}) to ${hostOf(location)}; redirects are not followed`,
    );
  }
  const { errorType, message } = readRefusal(body);
  const said = `HTTP ${status}${message ? `: ${message}` : ''}`;
  if (status === 401 || status === 403)
    throw new MetricsError('unauthorized', `the source refuses the credentials: ${said}`);
  if (status === 413) throw new MetricsError('tooLarge', `the query is too large for the source: ${said}`);
  if (status === 400 || status === 422)
    throw new MetricsError('badQuery', `the source refuses the query: ${said}`);
  if (errorType === 'timeout' || status === 504)
    throw new MetricsError('timeout', `the source gave up on the query: ${said}`);
  if (status >= 500 || status === 429) throw new MetricsError('serverError', `the source failed: ${said}`);
  throw new MetricsError('badAnswer', `the source has no query API at this address: ${said}`);
}

/** Only the host of a redirect is told: the rest may hold what nobody should read. */
function hostOf(location: string | undefined): string {
  if (!location) return 'an unnamed place';
  return URL.canParse(location) ? new URL(location).host : 'another path';
}
