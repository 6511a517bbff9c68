import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  form: URLSearchParams;
}

export type Answerer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server on loopback that plays a well or a sick Prometheus, for tests. */
export class LoopbackPrometheus {
  readonly requests: SeenRequest[] = [];
  /** What it answers from now on. Default: nothing found. */
  answer: Answerer = json(vector([]));
  /** Connections that were opened so far. */
  connections = 0;
  #server: ReturnType<typeof createServer>;
  #scheme: string;

  constructor(tls?: ServerOptions) {
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.#handle(request, response);
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.#scheme = tls ? 'https' : 'http';
    this.#server.on(tls ? 'secureConnection' : 'connection', () => (this.connections += 1));
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    let body = '';
    try {
      for await (const chunk of request) body += String(chunk);
    } catch {
      // The client went away while it was talking: there is nobody to answer.
      return;
    }
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      form: new URLSearchParams(body),
    };
    this.requests.push(seen);
    await this.answer(seen, response);
  }
}

/** Answers with a status and JSON, or text as it is. */
export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answerer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const success = (resultType: string, result: unknown, warnings?: string[]) => ({
  status: 'success',
  data: { resultType, result },
  ...(warnings && { warnings }),
});

type Point = [seconds: number, value: string];

export const vector = (series: { metric?: Record<string, string>; value: Point }[], warnings?: string[]) =>
  success(
    'vector',
    series.map(({ metric = {}, value }) => ({ metric, value })),
    warnings,
  );

export const matrix = (series: { metric?: Record<string, string>; values: Point[] }[]) =>
  success(
    'matrix',
    series.map(({ metric = {}, values }) => ({ metric, values })),
  );

export const scalar = (value: string) => success('scalar', [1.5, value]);

export const refusal = (errorType: string, error: string) => ({ status: 'error', errorType, error });
