import { Pool } from 'undici';
import type { DigitRequest } from './digit-requests.ts';
import type { RequestRecord } from './request-record.ts';

export interface InferenceClientOptions {
  readonly target: URL;
  readonly hostHeader: string | undefined;
  readonly modelName: string;
  readonly connections: number;
  readonly requestTimeoutMs: number;
}

/** Idle connections are closed by this side first, long before a gateway would do it under a request. */
const idleConnectionMs = 4_000;
const shownDetail = 200;

/** Sends inference requests over kept-alive connections, and turns whatever happens into a record: it never throws. */
export class InferenceClient {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly headers: Record<string, string>;
  private readonly requestTimeoutMs: number;

  constructor(options: InferenceClientOptions) {
    this.pool = new Pool(options.target.origin, {
      connections: options.connections,
      pipelining: 1,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
    });
    const prefix = options.target.pathname.replace(/\/+$/, '');
    this.path = `${prefix}/v2/models/${encodeURIComponent(options.modelName)}/infer`;
    this.headers = {
      'content-type': 'application/json',
      ...(options.hostHeader ? { host: options.hostHeader } : {}),
    };
    this.requestTimeoutMs = options.requestTimeoutMs;
  }

  /** Sends one request that was due `lateMs` ago. Nothing is retried: every failure is seen. */
  async send(request: DigitRequest, lateMs = 0): Promise<RequestRecord> {
    const startedAtMs = Date.now() - lateMs;
    const startedMs = performance.now() - lateMs;
    const finish = (seen: Partial<RequestRecord>): RequestRecord => ({
      startedAtMs,
      latencyMs: performance.now() - startedMs,
      status: null,
      error: null,
      version: null,
      pod: null,
      correct: null,
      detail: null,
      ...seen,
    });
    let seen: Partial<RequestRecord> = {};
    try {
      const response = await this.pool.request({
        method: 'POST',
        path: this.path,
        headers: this.headers,
        body: request.body,
        signal: AbortSignal.timeout(this.requestTimeoutMs),
      });
      seen = {
        status: response.statusCode,
        version: single(response.headers['x-model-version']),
        pod: single(response.headers['x-pod-name']),
      };
      const text = await response.body.text();
      return finish({
        ...seen,
        ...readAnswer(response.statusCode, text, request.digit, seen.version ?? null),
      });
    } catch (error) {
      return finish({ ...seen, error: errorName(error), detail: String(error).slice(0, shownDetail) });
    }
  }

  /** Closes the connections once the requests in flight are answered. */
  close(): Promise<void> {
    return this.pool.close();
  }
}

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

function readAnswer(
  status: number,
  text: string,
  digit: number,
  version: string | null,
): Partial<RequestRecord> {
  const detail = text.slice(0, shownDetail);
  if (status < 200 || status > 299) return { detail };
  try {
    const answer = JSON.parse(text) as {
      model_version?: string;
      outputs: { name: string; data: number[] }[];
    };
    const found = answer.outputs.find((output) => output.name === 'digit')?.data[0];
    if (typeof found !== 'number') return { error: 'unreadable answer', detail };
    return { correct: found === digit, version: version ?? answer.model_version ?? null };
  } catch {
    return { error: 'unreadable answer', detail };
  }
}

function errorName(error: unknown): string {
  const { name, code } = error as { name?: string; code?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  return typeof code === 'string' ? code : (name ?? 'error');
}
