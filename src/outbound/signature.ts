import { createHmac } from 'node:crypto';

/** A key may be written as the text that it is, or as Standard Webhooks writes it: `whsec_` and base64. */
const keyBytes = (key: string): Buffer =>
  key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key, 'utf8');

/** HMAC-SHA256 over id, time and body, in base64. `seconds`: since 1970. */
export function signatureOf(key: string, id: string, seconds: number, body: string): string {
  return createHmac('sha256', keyBytes(key)).update(`${id}.${seconds}.${body}`).digest('base64');
}

/**
 * What proves to a receiver who sent a body and when, by the Standard Webhooks specification (https://www.standardwebhooks.com). The id is the
 * same at each attempt, so that a receiver can leave out what it has had; the time is that of the attempt.
 */
export function signatureHeaders(
  key: string,
  id: string,
  body: string,
  nowMs: number,
): Record<string, string> {
  const seconds = Math.floor(nowMs / 1_000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signatureOf(key, id, seconds, body)}`,
  };
}
