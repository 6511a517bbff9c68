import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { WayUnavailable, type WayContext } from '../package.ts';

/** A machine without access refuses at once or not at all; this is how long the second kind costs. */
const connectTimeoutMs = 4000;
const stallTimeoutMs = 30_000;

export interface FetchOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The text at an address. Throws `WayUnavailable` if it cannot be had. */
export async function fetchText(url: string, options: FetchOptions = {}): Promise<string> {
  const { response, end } = await open(url, options);
  try {
    return await response.text();
  } catch (error) {
    throw unavailable(url, error);
  } finally {
    end();
  }
}

/**
 * Downloads a file and checks that its SHA-256 is `expected` (hex). Throws `WayUnavailable` if it cannot be
 * had, or is not what was published.
 */
export async function download(
  url: string,
  path: string,
  expected: string,
  context: Pick<WayContext, 'step' | 'signal'>,
  headers: Record<string, string> = {},
): Promise<void> {
  const { response, alive, end } = await open(url, { headers, signal: context.signal });
  const total = Number(response.headers.get('content-length') ?? 0);
  const hash = createHash('sha256');
  let received = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _, done) {
      alive();
      hash.update(chunk);
      received += chunk.length;
      context.step.update(`${megabytes(received)}${total > 0 ? ` of ${megabytes(total)}` : ''} MB`);
      done(null, chunk);
    },
  });
  try {
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, watch, createWriteStream(path));
  } catch (error) {
    throw unavailable(url, error);
  } finally {
    end();
  }
  const found = hash.digest('hex');
  if (found !== expected.toLowerCase()) {
    throw new WayUnavailable(`${url}: the SHA-256 of what came is ${found}, published is ${expected}`);
  }
}

async function open(
  url: string,
  { headers, signal }: FetchOptions,
): Promise<{ response: Response; alive: () => void; end: () => void }> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer in time')), connectTimeoutMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('the download has stalled')), stallTimeoutMs);
  };
  const end = () => clearTimeout(timer);
  try {
    const all = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
    const response = await fetch(url, { headers, signal: all, redirect: 'follow' });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${response.status} ${response.statusText}`);
    }
    alive();
    return { response, alive, end };
  } catch (error) {
    end();
    throw unavailable(url, error);
  }
}

function unavailable(url: string, error: unknown): WayUnavailable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new WayUnavailable(
    `${new URL(url).host}: ${cause instanceof Error ? cause.message : String(cause)}`,
  );
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
