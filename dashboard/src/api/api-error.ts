import type { Problem } from '../../../src/dashboard-api/schemas.ts';

/** The server answered, and it was no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** What an answer that is no success says. A proxy in between may have words of its own. */
export async function problemOf(answer: Response): Promise<Problem> {
  const isOurs = answer.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  try {
    if (isOurs) return (await answer.json()) as Problem;
  } catch {
    // It was cut off: its status says the most important.
  }
  return {
    type: 'about:blank',
    title: answer.statusText,
    status: answer.status,
    code: answer.status === 401 ? 'unauthenticated' : answer.status === 403 ? 'forbidden' : 'unavailable',
    detail:
      `the answer was ${answer.status} ${answer.statusText}, from something between this page and Understudy`.replace(
        ' ,',
        ',',
      ),
    next: [],
  };
}

/** Any failure as something to show. */
export const problemFrom = (error: unknown): Problem =>
  error instanceof ApiError
    ? error.problem
    : {
        type: 'about:blank',
        title: 'Not reached',
        status: 0,
        code: 'unavailable',
        detail: 'the server cannot be reached',
        next: ['Try again in a moment.'],
      };
