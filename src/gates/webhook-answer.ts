import { z } from 'zod';
import type { GateAnswer } from '../domain/gates/gate-question.ts';
import { clip } from '../domain/words.ts';
import { isRedirect, isUnwell } from '../outbound/answer-status.ts';
import type { OutboundAnswer } from '../outbound/outbound-http.ts';

/** What a receiver may say in words of its own. Anything else in a body is not read. */
const Body = z.object({
  verdict: z.enum(['pass', 'fail', 'wait']).optional(),
  message: z.string().optional(),
});

const verdicts = { pass: 'Pass', fail: 'Fail', wait: 'Wait' } as const;
const longestMessage = 256;

/**
 * What an answer means: success is a Pass unless its body says otherwise, a refusal is a Fail; a server that is not well, asks for patience or
 * sends elsewhere has not answered.
 */
export function answerOf(host: string, { status, body, retryAfterMs }: OutboundAnswer): GateAnswer {
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (isRedirect(status)) {
    return { kind: 'silent', message: `${host} answers with a redirect (${status}), which is not followed` };
  }
  if (isUnwell(status)) {
    return { kind: 'silent', message: `${host} answers ${status}`, ...later };
  }
  const said = read(body);
  const message = said?.message ?? `${host} answers ${status}`;
  if (status >= 400) return { kind: 'answered', verdict: 'Fail', message };
  return { kind: 'answered', verdict: said?.verdict ? verdicts[said.verdict] : 'Pass', message };
}

function read(body: string): z.infer<typeof Body> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // A receiver need not speak JSON: then its status says everything.
    return undefined;
  }
  const parsed = Body.safeParse(json);
  if (!parsed.success) return undefined;
  const { verdict, message } = parsed.data;
  // Control characters have no place in what a terminal prints.
  const clean = message?.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return { ...(verdict && { verdict }), ...(clean && { message: clip(clean, longestMessage) }) };
}
