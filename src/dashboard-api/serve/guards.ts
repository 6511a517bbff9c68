import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem.ts';

/** A body holds a verb and a reason. */
export const mostBodyBytes = 16_384;
const mostTokenLength = 16_384;

/** The person's token, from the one place where it is read: no cookie goes along by itself. */
export function bearerToken({ headers }: IncomingMessage): string | undefined {
  const [, token] = /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token !== undefined && token.length > mostTokenLength)
    throw new ProblemError('badRequest', 'the token is too long to be one', ['Log in again.']);
  return token;
}

/**
 * A write comes from our own page or from a program, never from another site: it needs a token in a header and JSON, neither of which a form of
 * another site can send, and what the browser says of its origin must fit.
 */
export function requireOwnSite({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw crossSite(`the browser says ${String(site)}`);
  const { origin } = headers;
  if (origin === undefined) return;
  const asked = [headers.host, first(headers['x-forwarded-host'])];
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  if (host === undefined || !asked.includes(host)) throw crossSite('its origin is another address than ours');
}

const crossSite = (why: string): ProblemError =>
  new ProblemError('crossSite', `the request comes from another site: ${why}`, [
    'Use the page itself, or a program.',
  ]);

const first = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();

/** On loopback only these names are ours: a name of somebody else's that leads here is an attack (DNS rebinding). */
export function requireHost({ headers }: IncomingMessage, accepted: readonly string[] | undefined): void {
  if (accepted === undefined || accepted.includes(headers.host ?? '')) return;
  throw new ProblemError('misdirected', 'this server has another address', [`Open http://${accepted[0]}.`]);
}

/** Reads a JSON body within its bounds. */
export async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ProblemError(
      'unsupportedMediaType',
      `content-type is ${type || 'missing'}; accepted: application/json`,
      [],
    );
  }
  const tooLarge = () =>
    new ProblemError('tooLarge', `the body is larger than ${mostBodyBytes} bytes`, [
      'Give a shorter reason.',
    ]);
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > mostBodyBytes) throw tooLarge();
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    throw new ProblemError('badRequest', 'the body is no JSON', []);
  }
}
