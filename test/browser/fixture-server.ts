import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { ActionRequest, Detail, ListAnswer, Me } from '../../src/dashboard-api/schemas.ts';
import {
  canaryDetail,
  diff,
  events,
  forbidden,
  list,
  me,
  nowMs,
  series,
} from '../../src/dashboard-api/testing/fixtures.ts';

const page = join(import.meta.dirname, '../../dashboard/dist');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The built page below a prefix, with answers of the API that a test changes. Its clock stands still at that of the fixtures. */
export class FixtureServer {
  /** A path of its own, as behind a proxy. */
  readonly prefix = '/tools/understudy/';
  me: Me = me;
  list: ListAnswer = list;
  details: Detail[] = [canaryDetail];
  /** What verbs were asked for. */
  readonly asked: ActionRequest[] = [];
  forbids = false;
  /** `Last-Event-ID` of each stream that was opened. */
  readonly resumed: (string | undefined)[] = [];
  /** `Authorization` of the last request. */
  authorization: string | undefined;
  readonly #streams = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;
  #id = 0;

  get address(): string {
    return `http://127.0.0.1:${this.#port}${this.prefix}`;
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((started) => server.listen(this.#port, '127.0.0.1', started));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away, with all connections. It comes back at the same address. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
    this.#streams.clear();
  }

  /** Tells all who listen. */
  send(event: string, data: object): void {
    const text = `id: ${++this.#id}\nevent: ${event}\ndata: ${JSON.stringify({ serverTime: this.#now(), ...data })}\n\n`;
    for (const stream of this.#streams) stream.write(text);
  }

  #now = (): string => new Date(nowMs).toISOString();

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-security-policy', policy);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (!path.startsWith(this.prefix)) return void response.writeHead(404).end();
    const rest = path.slice(this.prefix.length);
    if (!rest.startsWith('api/v1/')) return serveFile(rest === '' ? 'index.html' : rest, response);
    this.authorization = request.headers.authorization;
    const [, namespace, name, what = ''] =
      /^namespaces\/([^/]+)\/modeldeployments\/([^/]+)\/?(.*)$/.exec(rest.slice('api/v1/'.length)) ?? [];
    const detail = this.details.find(({ row }) => row.key === `${namespace}/${name}`);
    if (rest === 'api/v1/me') return json(response, this.me);
    if (rest === 'api/v1/stream') return this.#stream(request, response, this.list);
    if (!detail)
      return json(response, { ...forbidden, status: 404, code: 'notFound', detail: 'not there' }, 404);
    if (what === 'stream') return this.#stream(request, response, { detail });
    if (what === 'series') return json(response, series);
    if (what === 'diff') return json(response, diff);
    if (what === 'events') return json(response, events);
    if (what.startsWith('rollouts/'))
      return json(response, { serverTime: this.#now(), rollout: detail.rollout });
    let body = '';
    for await (const piece of request) body += String(piece);
    this.asked.push(JSON.parse(body) as ActionRequest);
    if (this.forbids) return json(response, forbidden, 403);
    json(response, { action: canaryDetail.actions[0] }, 201);
  }

  #stream(request: IncomingMessage, response: ServerResponse, snapshot: object): void {
    this.resumed.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
    const data = { serverTime: this.#now(), ...snapshot };
    response.write(`id: ${++this.#id}\nevent: snapshot\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

function serveFile(name: string, response: ServerResponse): void {
  try {
    const content = readFileSync(join(page, name));
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/plain' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}
