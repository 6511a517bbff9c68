import { ApiError, type ApiClient } from './api-client.ts';
import { exponentialDelayMs } from './backoff.ts';
import { log } from './log.ts';
import { pause } from './pause.ts';

interface Versioned {
  metadata: { resourceVersion?: string };
}

export interface WatchHandlers<T> {
  /** The whole list: at the start, and again whenever the history was lost. */
  onList(objects: T[]): void;
  onChange(object: T): void;
  onDelete(object: T): void;
}

export interface WatchTarget {
  path: string;
  fieldSelector?: string;
  /** Lists and events carry only names and versions; for those who fetch the object anyway. */
  metadataOnly?: boolean;
}

const renewalSeconds = 300;
const maxDelayMs = 5_000;
const relistAfterFailures = 5;

/**
 * Keeps handlers informed about one kind of object until the signal aborts: list, then watch from that
 * version, resumed after every end of the connection; a list again when the version is too old.
 */
export async function watchResource<T extends Versioned>(
  client: ApiClient,
  target: WatchTarget,
  handlers: WatchHandlers<T>,
  signal: AbortSignal,
): Promise<void> {
  const cursor: Cursor = {};
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = Date.now();
    try {
      if (cursor.version === undefined) {
        const list = await client.get<{ metadata: { resourceVersion: string }; items: T[] }>(url(target, {}));
        cursor.version = list.metadata.resourceVersion;
        safely(target, () => handlers.onList(list.items));
      }
      await follow(client, target, cursor, handlers, signal);
      // A server that ends watches at once must not be asked in a tight loop.
      failures = Date.now() - startedAt < 1_000 ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      failures = Date.now() - startedAt > 10_000 ? 1 : failures + 1;
      if (error instanceof ApiError && error.status === 410) cursor.version = undefined;
      else if (failures === 1) log(`watch of ${target.path} broke, it is resumed`, error);
      if (failures >= relistAfterFailures) cursor.version = undefined;
    }
    await pause(exponentialDelayMs(failures, 100, maxDelayMs), signal);
  }
}

const metadataAccept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** The version up to which the handlers know everything; undefined asks for a list. */
interface Cursor {
  version?: string;
}

async function follow<T extends Versioned>(
  client: ApiClient,
  target: WatchTarget,
  cursor: Cursor,
  handlers: WatchHandlers<T>,
  signal: AbortSignal,
): Promise<void> {
  const path = url(target, {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: cursor.version ?? '',
    timeoutSeconds: String(renewalSeconds),
  });
  // The server ends the request itself; the second limit is for a connection that is dead without a sign.
  const limit = AbortSignal.any([signal, AbortSignal.timeout((renewalSeconds + 30) * 1_000)]);
  for await (const event of client.watch<T>(path, limit, target.metadataOnly ? metadataAccept : undefined)) {
    if (event.type === 'ERROR') {
      const status = event.object as unknown as { code?: number; message?: string };
      throw new ApiError(status.code ?? 500, `${target.path}: ${status.message ?? 'the watch failed'}`);
    }
    if (event.type === 'DELETED') safely(target, () => handlers.onDelete(event.object));
    else if (event.type !== 'BOOKMARK') safely(target, () => handlers.onChange(event.object));
    cursor.version = event.object.metadata.resourceVersion ?? cursor.version;
  }
}

/** One object that cannot be handled must not stop the watch for all others. */
function safely(target: WatchTarget, handle: () => void): void {
  try {
    handle();
  } catch (error) {
    log(`an event of ${target.path} could not be handled`, error);
  }
}

function url(target: WatchTarget, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters);
  if (target.fieldSelector !== undefined) query.set('fieldSelector', target.fieldSelector);
  const text = query.toString();
  return text === '' ? target.path : `${target.path}?${text}`;
}
