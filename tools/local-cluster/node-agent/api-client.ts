import { Agent, fetch } from 'undici';
import { exponentialDelayMs } from './backoff.ts';
import { log } from './log.ts';
import { pause } from './pause.ts';
import type { WatchEvent } from './kubernetes-types.ts';

/** An answer of the API server that is not a success; `status` is the HTTP status, or the code of a watch error. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type PatchType = 'merge-patch' | 'strategic-merge-patch';

const requestTimeoutMs = 30_000;
const maxRetryDelayMs = 5_000;

/** The few verbs that a node agent needs, over one pool of connections. */
export class ApiClient {
  private readonly server: string;
  private readonly headers: Record<string, string>;
  private readonly agent: Agent;

  constructor(options: { apiServer: URL; token: string; ca: string }) {
    this.server = options.apiServer.origin;
    this.headers = { authorization: `Bearer ${options.token}`, accept: 'application/json' };
    // HTTP/1.1: with HTTP/2 every watch would share one connection and die with it.
    this.agent = new Agent({ allowH2: false, connect: { ca: options.ca, timeout: 5_000 }, bodyTimeout: 0 });
  }

  get<T>(path: string): Promise<T> {
    return this.request<T>('GET', path);
  }

  create<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('POST', path, body);
  }

  patch<T>(path: string, body: unknown, type: PatchType): Promise<T> {
    return this.request<T>('PATCH', path, body, `application/${type}+json`);
  }

  delete(path: string, options: unknown): Promise<unknown> {
    return this.request('DELETE', path, options);
  }

  /** The events of one watch request, until the server ends it. `accept` asks for another representation. */
  async *watch<T>(path: string, signal: AbortSignal, accept?: string): AsyncGenerator<WatchEvent<T>> {
    const response = await fetch(`${this.server}${path}`, {
      headers: accept === undefined ? this.headers : { ...this.headers, accept },
      dispatcher: this.agent,
      signal,
    });
    if (!response.ok || !response.body) throw await toError(response, path);
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') yield JSON.parse(line) as WatchEvent<T>;
      }
    }
  }

  async request<T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
    const response = await fetch(`${this.server}${path}`, {
      method,
      headers: body === undefined ? this.headers : { ...this.headers, 'content-type': type },
      body: body === undefined ? undefined : JSON.stringify(body),
      dispatcher: this.agent,
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (!response.ok) throw await toError(response, path);
    return (await response.json()) as T;
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}

async function toError(
  response: { status: number; text(): Promise<string> },
  path: string,
): Promise<ApiError> {
  const text = await response.text();
  let message = text.slice(0, 300);
  try {
    message = (JSON.parse(text) as { message?: string }).message ?? message;
  } catch {
    // A proxy or a starting server answers in plain text; the text itself is then the message.
  }
  return new ApiError(response.status, `${path}: ${response.status} ${message}`);
}

/** Whether the same request can succeed later: no connection, a server that starts, or throttling. */
export function isTemporary(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500 || error.status === 429;
}

/**
 * Repeats a request until it gets an answer that a repeat cannot change, so that a restart of the API
 * server is a delay and no failure. Gives undefined when the signal ends it.
 */
export async function untilAnswered<T>(
  what: string,
  signal: AbortSignal,
  request: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await request();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      if (failures === 1) log(`${what}: tried again until it succeeds`, error);
      await pause(exponentialDelayMs(failures, 200, maxRetryDelayMs), signal);
    }
  }
  return undefined;
}
