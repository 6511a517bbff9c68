import { ClusterError } from './cluster-error.ts';
import type { WatchEvent } from './cluster.ts';
import { errorFromWatchStatus } from './error-mapping.ts';
import type { KubernetesObject } from './resource.ts';

type Utf8Decoder = InstanceType<typeof TextDecoder>;

/** etcd refuses objects above 1.5 MB by default; a line beyond this is no event of an API server. */
const longestLine = 32 * 1024 * 1024;

/**
 * The lines of a byte stream, without their ends. A character that is split over two chunks is joined; bytes that are
 * no UTF-8, and a line that does not end, break the stream (`unreachable`). What follows the last line end is a line
 * too: a stream that was cut in mid-event yields a half that does not parse.
 */
export async function* readLines(what: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // Parts are joined once per line: joining at each chunk would cost the square of a long line's length.
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const pieces = decode(what, decoder, chunk).split('\n');
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      const line = parts.length > 0 ? parts.join('') + piece : piece;
      parts = [];
      length = 0;
      if (line.trim() !== '') yield line;
    }
    if (rest === '') continue;
    parts.push(rest);
    length += rest.length;
    if (length > longestLine) throw broken(what, `a line of more than ${longestLine} characters`);
  }
  const last = parts.join('') + decode(what, decoder);
  if (last.trim() !== '') yield last;
}

/**
 * The events of a watch's body. A line that does not parse is a broken stream, not something to skip: the event that
 * it held is lost, and only a new watch or list brings it back.
 */
export async function* readWatchEvents(
  what: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<WatchEvent> {
  for await (const line of readLines(what, body)) yield parseEvent(what, line);
}

function parseEvent(what: string, line: string): WatchEvent {
  let event: { type?: unknown; object?: unknown };
  try {
    event = JSON.parse(line) as typeof event;
  } catch (error) {
    throw broken(what, 'a line that is no JSON', error);
  }
  const object = event?.object as KubernetesObject | undefined;
  switch (event?.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (!object?.metadata?.name) throw broken(what, `an event ${event.type} without an object`);
      return { type: event.type, object };
    case 'BOOKMARK':
      if (!object?.metadata?.resourceVersion) throw broken(what, 'a bookmark without a resourceVersion');
      return { type: 'BOOKMARK', resourceVersion: object.metadata.resourceVersion };
    case 'ERROR':
      throw errorFromWatchStatus(what, event.object);
    default:
      throw broken(what, `an event of unknown type ${JSON.stringify(event?.type)}`);
  }
}

/** Without a chunk: what is left at the end of the stream. */
function decode(what: string, decoder: Utf8Decoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (error) {
    throw broken(what, 'bytes that are no UTF-8', error);
  }
}

function broken(what: string, found: string, cause?: unknown): ClusterError {
  return new ClusterError('unreachable', `${what}: the stream is broken: it held ${found}`, { cause });
}
