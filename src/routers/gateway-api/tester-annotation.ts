import { z } from 'zod';
import type { TesterMatch } from '../../domain/traffic/route-extras.ts';

const named = z.strictObject({
  name: z.string(),
  type: z.enum(['Exact', 'RegularExpression']),
  value: z.string(),
});
const pathTypes = z.enum(['PathPrefix', 'Exact', 'RegularExpression']);
const testerMatches: z.ZodType<TesterMatch[]> = z.array(
  z.strictObject({
    headers: z.array(named).optional(),
    queryParams: z.array(named).optional(),
    path: z.strictObject({ type: pathTypes, value: z.string() }).optional(),
  }),
);

/** The matches that we wrote on a route; undefined for a text that is none of ours: annotations can be edited. */
export function parseTesterMatches(text: string | undefined): TesterMatch[] | undefined {
  const parsed = testerMatches.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // No JSON at all says as little as JSON of another shape.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
