import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { type Problem, type ProblemCode, problemCodes } from '../schemas.ts';

const titles: Record<ProblemCode, string> = {
  badRequest: 'Not understood',
  unauthenticated: 'Not logged in',
  forbidden: 'Not allowed',
  crossSite: 'From another site',
  notFound: 'Not there',
  methodNotAllowed: 'Not done in this way',
  conflict: 'It has changed since',
  tooLarge: 'Too large',
  unsupportedMediaType: 'Not JSON',
  misdirected: 'Another address',
  refused: 'Refused',
  tooManyRequests: 'Too many at once',
  broken: 'A fault of the server',
  unavailable: 'Not answered in time',
};

/** What an answer that is no success says. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly next: readonly string[];
  readonly more: Pick<Problem, 'errors' | 'retryAfterSeconds'>;

  constructor(
    code: ProblemCode,
    message: string,
    next: readonly string[],
    more: Pick<Problem, 'errors' | 'retryAfterSeconds'> = {},
  ) {
    super(message);
    this.code = code;
    this.next = next;
    this.more = more;
  }
}

/** Any failure as a problem. What is not meant for people shows nothing of itself. */
export function problemOf(error: unknown): Problem {
  const { code, message, next, more } = asProblem(error);
  return {
    type: `urn:understudy:problem:${code}`,
    title: titles[code],
    status: problemCodes[code],
    code,
    detail: message,
    next: [...next],
    ...more,
  };
}

/** Whether somebody has to look into it. */
export const isFault = (error: unknown): boolean => asProblem(error).code === 'broken';

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (!(error instanceof ClusterError)) {
    return new ProblemError('broken', 'this was not expected to happen', ["The server's log says more."]);
  }
  switch (error.kind) {
    case 'forbidden':
      return new ProblemError('forbidden', error.message, [
        'The roles that an install brings: docs/access.md.',
      ]);
    case 'unauthorized':
      return new ProblemError('unauthenticated', 'the API server does not accept the credentials', [
        'Log in again.',
      ]);
    case 'notFound':
      return new ProblemError('notFound', error.message, []);
    case 'invalid':
      return new ProblemError('refused', error.message, []);
    case 'conflict':
    case 'alreadyExists':
      return new ProblemError('conflict', error.message, ['Look again, and ask once more.']);
    default:
      return new ProblemError(
        'unavailable',
        'the API server does not answer as it should',
        ['Try again in a moment.'],
        {
          retryAfterSeconds: 5,
        },
      );
  }
}
