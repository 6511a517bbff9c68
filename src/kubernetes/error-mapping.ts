import { ClusterError, type ClusterErrorKind } from './cluster-error.ts';

/** An answer of the API server that is not a success. */
export interface FailedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The part of a `metav1.Status` that decides. */
interface StatusBody {
  code?: number;
  reason?: string;
  message?: string;
  details?: { retryAfterSeconds?: number; causes?: { reason?: string; message?: string }[] };
}

/** How much of a server's text goes into a message: strict validation, for one, repeats the whole object. */
const longestText = 800;

/**
 * A server-side apply whose content does not fit the kind's schema is answered with a bare 500, though nothing failed
 * but the content (a misspelled field of a pod template, for one). The text is all that tells it from a real 500.
 */
const badApply = 'failed to create typed patch object';

/** Reasons that say more than the HTTP status does. */
const kindByReason: Record<string, ClusterErrorKind> = {
  AlreadyExists: 'alreadyExists',
  Conflict: 'conflict',
  NotFound: 'notFound',
  Forbidden: 'forbidden',
  Unauthorized: 'unauthorized',
  Expired: 'expired',
  Gone: 'expired',
  TooManyRequests: 'throttled',
};

const kindByStatus: Record<number, ClusterErrorKind> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'expired',
  429: 'throttled',
};

/**
 * Maps an answer to the error of the port. `what` names the call ("apply services ml/sentiment"); `pinned` says that
 * the call was a JSON patch with a `test`, which the API server answers with a bare 422 when the test fails.
 */
export function errorFromAnswer(what: string, answer: FailedAnswer, pinned = false): ClusterError {
  const status = parseStatus(answer.body);
  const retryAfterMs = retryAfter(answer.headers['retry-after']) ?? retryAfterOf(status);
  const budget = budgetCause(status);
  const text = excerpt(budget || status?.message || answer.body) || 'no message';
  const kind = isFailedTest(answer.status, status, pinned)
    ? 'conflict'
    : budget === undefined
      ? kindOf(answer.status, status?.reason, text, retryAfterMs !== undefined)
      : 'disruptionBudget';
  return new ClusterError(kind, `${what}: ${text} (${label(answer.status, status?.reason)})`, {
    status: answer.status,
    retryAfterMs: kind === 'throttled' ? retryAfterMs : undefined,
  });
}

/** Maps the Status that an ERROR event of a watch carries. */
export function errorFromWatchStatus(what: string, object: unknown): ClusterError {
  const status = isRecord(object) ? (object as StatusBody) : {};
  const code = status.code ?? 500;
  const retryAfterMs = retryAfterOf(status);
  const text = excerpt(status.message ?? '') || 'no message';
  const kind = kindOf(code, status.reason, text, retryAfterMs !== undefined);
  return new ClusterError(kind, `${what}: ${text} (${label(code, status.reason)})`, {
    status: code,
    retryAfterMs: kind === 'throttled' ? retryAfterMs : undefined,
  });
}

/** Maps what went wrong below HTTP: no connection, a broken answer, an abort. */
export function errorFromTransport(what: string, error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError('unreachable', `${what}: ${describe(error)}`, { cause: error });
}

function kindOf(
  status: number,
  reason: string | undefined,
  text: string,
  saysWhenToRetry: boolean,
): ClusterErrorKind {
  const known = (reason === undefined ? undefined : kindByReason[reason]) ?? kindByStatus[status];
  if (known) return known;
  if (status === 503 && saysWhenToRetry) return 'throttled';
  if (status === 500 && text.startsWith(badApply)) return 'invalid';
  if (status >= 500) return 'serverError';
  // A redirect is no answer of an API server; something else listens at its address.
  if (status < 400) return 'unreachable';
  return 'invalid';
}

/** A content that fails validation is named in `details.causes`; a failed `test` has no details at all. */
function isFailedTest(code: number, status: StatusBody | undefined, pinned: boolean): boolean {
  return pinned && code === 422 && !status?.details?.causes?.length;
}

/**
 * A PodDisruptionBudget that allows no eviction is a 429 as an overloaded server is; its cause tells them apart, and says which
 * budget and why. Undefined for any other answer.
 */
function budgetCause(status: StatusBody | undefined): string | undefined {
  const cause = status?.details?.causes?.find(({ reason }) => reason === 'DisruptionBudget');
  return cause && (cause.message ?? status?.message ?? '');
}

function parseStatus(body: string): StatusBody | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) && parsed['kind'] === 'Status' ? (parsed as StatusBody) : undefined;
  } catch {
    // Proxies and load balancers answer with pages of their own: the HTTP status decides alone.
    return undefined;
  }
}

/** `Retry-After` is a number of seconds or a date; the API server sends seconds, a load balancer may send either. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function retryAfterOf(status: StatusBody | undefined): number | undefined {
  const seconds = status?.details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}

function label(status: number, reason: string | undefined): string {
  return reason ? `${status} ${reason}` : `${status}`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node joins the failures of several addresses in an AggregateError whose own message is empty.
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  const message = error.message || (first instanceof Error ? first.message : '') || error.name;
  return error.cause instanceof Error ? `${message}: ${error.cause.message}` : message;
}

/** Cut in the middle: the beginning says where, and the end says what. */
function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const half = longestText / 2;
  return line.length > longestText ? `${line.slice(0, half)} … ${line.slice(-half)}` : line;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
