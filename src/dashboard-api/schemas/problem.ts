import { z } from 'zod';
import { count, told } from './common.ts';

/** What can go wrong, with the HTTP status that says so. */
export const problemCodes = {
  badRequest: 400,
  unauthenticated: 401,
  forbidden: 403,
  crossSite: 403,
  notFound: 404,
  methodNotAllowed: 405,
  conflict: 409,
  tooLarge: 413,
  unsupportedMediaType: 415,
  misdirected: 421,
  refused: 422,
  tooManyRequests: 429,
  broken: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof problemCodes;

export const Problem = told(
  z.object({
    type: told(z.string(), '`urn:understudy:problem:` and the code.'),
    title: told(z.string(), 'The code in a few words.'),
    status: told(z.int(), 'The HTTP status.'),
    code: told(z.enum(Object.keys(problemCodes) as [ProblemCode]), 'For programs.'),
    detail: told(z.string(), 'What happened, in a sentence. Never a stack trace, never a credential.'),
    next: told(z.array(z.string()), 'What the person can do, in sentences.'),
    errors: told(
      z.array(z.object({ path: z.string(), message: z.string() })),
      'Of a bad request: which field, and what is accepted.',
    ).optional(),
    retryAfterSeconds: count('When to try again.').optional(),
  }),
  'Every answer that is no success, as application/problem+json (RFC 9457).',
);
export type Problem = z.infer<typeof Problem>;
