import type { IncomingMessage } from 'node:http';
import { RequestError } from './request-error.ts';

const maxBodyBytes = 4 * 1024 * 1024;
/** What a client that sends too much is heard out to, so that it reads the answer and no broken connection. */
const maxDiscardedBytes = 64 * 1024 * 1024;

/** The whole body of a request as text; a `RequestError` 413 when it is larger than 4 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
    else if (bytes > maxDiscardedBytes) break;
  }
  if (bytes > maxBodyBytes) {
    throw new RequestError(413, `body: found more than ${maxBodyBytes} bytes, accepted at most that many`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
