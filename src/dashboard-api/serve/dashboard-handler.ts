import type { IncomingMessage, ServerResponse } from 'node:http';
import { toTime } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessage, type Logger } from '../../runtime/logger.ts';
import { Board } from '../live/board.ts';
import { DetailTelling, DetailView, notThere, SentDetails } from '../live/detail-stream.ts';
import { listFor, ListTelling } from '../live/list-stream.ts';
import { heartbeatMs, runStream, type Telling } from '../live/stream.ts';
import type { Objects } from '../objects.ts';
import { openApi } from '../openapi.ts';
import { act, diffAnswer, eventsAnswer, rolloutAnswer, rolloutIn } from '../operations.ts';
import type { People, Person } from '../people/person.ts';
import { seenNamespaces } from '../people/sight.ts';
import { apiRoot } from '../routes.ts';
import type { Me } from '../schemas.ts';
import type { SeriesReader } from '../series.ts';
import { bearerToken, jsonBody, requireHost, requireOwnSite } from './guards.ts';
import { isFault, ProblemError, problemOf } from './problem.ts';
import { RateLimit } from './rate-limits.ts';
import { setSecurityHeaders } from './security-headers.ts';
import type { StaticFiles } from './static-files.ts';

export interface DashboardOptions {
  objects: Objects;
  people: People;
  series: SeriesReader;
  files: StaticFiles;
  clock: Clock;
  logger: Logger;
  version: string;
  /** What commands to copy begin with. */
  program: string;
  /** What stands before our paths where a proxy leaves it there: `/understudy`, or nothing. */
  basePath?: string;
  /** Names under which we may be asked for; absent: any. */
  hosts?: readonly string[];
}

/** So many streams at once: of one person, and of all. */
const mostStreams = { each: 20, all: 1_000 };

const one =
  /^\/namespaces\/([^/]+)\/modeldeployments\/([^/]+)(?:\/(stream|series|diff|events|actions)|\/rollouts\/([^/]+))?$/;

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  person: Person;
  token: string | undefined;
  query: URLSearchParams;
}

/** The page and its API, as a plain handler of Node: the controller serves it beside its health, `understudy dashboard` on loopback. */
export class DashboardHandler {
  readonly #options: DashboardOptions;
  readonly #board: Board;
  readonly #memory = new SentDetails();
  readonly #reads: RateLimit;
  readonly #writes: RateLimit;
  readonly #logins: RateLimit;
  readonly #streams = new Map<string, Set<{ end: (error: unknown) => void }>>();
  readonly #document: string;

  constructor(options: DashboardOptions) {
    this.#options = options;
    const { objects, clock } = options;
    this.#board = new Board({ objects, clock, logger: options.logger });
    this.#reads = new RateLimit(clock, { perSecond: 20, burst: 100 });
    this.#writes = new RateLimit(clock, { perSecond: 1, burst: 10 });
    this.#logins = new RateLimit(clock, { perSecond: 20, burst: 200 });
    this.#document = JSON.stringify(openApi(options.version));
  }

  /** Answers; false where the path is none of ours. Never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { basePath = '', files, logger } = this.#options;
    // Anybody can send a path that is none, such as "//".
    const url = URL.parse(request.url ?? '/', 'http://dashboard');
    if (!url) return false;
    const isBelow = basePath !== '' && url.pathname.startsWith(`${basePath}/`);
    if (basePath !== '' && url.pathname === basePath) {
      setSecurityHeaders(response);
      response.writeHead(308, { location: `${basePath}/` }).end();
      return true;
    }
    const path = isBelow ? url.pathname.slice(basePath.length) : url.pathname;
    const isApi = path === '/api' || path.startsWith('/api/');
    const isFile = request.method === 'GET' || request.method === 'HEAD';
    try {
      if (isApi) {
        setSecurityHeaders(response);
        response.setHeader('cache-control', 'no-store');
        requireHost(request, this.#options.hosts);
        await this.#api(
          path.slice(apiRoot.length),
          path.startsWith(`${apiRoot}/`),
          request,
          response,
          url.searchParams,
        );
        return true;
      }
      if (!isFile || files.isEmpty) return false;
      requireHost(request, this.#options.hosts);
      const folder = files.redirectFor(path);
      if (folder === undefined && !files.has(path)) return false;
      setSecurityHeaders(response);
      if (folder !== undefined) {
        // Relative: a proxy may have taken a prefix away.
        response.writeHead(308, { location: folder }).end();
        return true;
      }
      return files.serve(path, request, response);
    } catch (error) {
      if (isFault(error))
        logger.error('an answer of the dashboard failed', { path, error: errorMessage(error) });
      fail(response, error);
      return true;
    }
  }

  /** Ends all streams, so that a stop waits for nobody. */
  close(): void {
    const stopping = new ProblemError('unavailable', 'the server stops', ['The page comes back by itself.'], {
      retryAfterSeconds: 1,
    });
    for (const streams of this.#streams.values()) for (const stream of [...streams]) stream.end(stopping);
  }

  async #api(
    path: string,
    isKnown: boolean,
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> {
    if (!isKnown) throw nothingHere();
    const method = request.method ?? 'GET';
    const target = one.exec(path);
    const isAction = target?.[3] === 'actions';
    if (method !== (isAction ? 'POST' : 'GET')) {
      response.setHeader('allow', isAction ? 'POST' : 'GET');
      throw new ProblemError('methodNotAllowed', `${method} is not done here`, []);
    }
    if (path === '/openapi.json') return send(response, 200, this.#document);
    const token = bearerToken(request);
    if (token !== undefined) this.#logins.take(request.socket.remoteAddress ?? '');
    const person = await this.#options.people.identify(token);
    if (path === '/me') return send(response, 200, JSON.stringify(await this.#me(person)));
    if (!person) throw notLoggedIn(token);
    this.#reads.take(person.key);
    const asked = { request, response, person, token, query };
    if (path === '/modeldeployments') {
      const answer = await listFor(this.#board, person, query.get('namespace') ?? undefined);
      return send(response, 200, JSON.stringify(answer));
    }
    if (path === '/stream') {
      const telling = new ListTelling(this.#board, person, query.get('namespace') ?? undefined);
      return await this.#stream(asked, telling);
    }
    if (!target) throw nothingHere();
    await this.#one(asked, {
      target: { namespace: decoded(target[1]!), name: decoded(target[2]!) },
      part: target[4] === undefined ? target[3] : 'rollout',
      rollout: target[4] === undefined ? undefined : decoded(target[4]),
    });
  }

  async #one(
    asked: Asked,
    {
      target,
      part,
      rollout,
    }: { target: { namespace: string; name: string }; part: string | undefined; rollout: string | undefined },
  ): Promise<void> {
    const { request, response, person, query } = asked;
    const { clock, program, series } = this.#options;
    const view = new DetailView(this.#board, person, target, { clock, program });
    if (part === 'actions') {
      requireOwnSite(request);
      this.#writes.take(person.key);
      const body = await jsonBody(request);
      await view.rights();
      return send(response, 201, JSON.stringify(await act(person, target, body)));
    }
    const rights = await view.rights();
    const found = this.#board.belongings(view.key);
    if (!found) throw notThere(target);
    const nowMs = clock.now();
    const answer = async (): Promise<unknown> => {
      switch (part) {
        case undefined:
          return view.answer(rights);
        case 'series':
          return await series.read(found.model, rolloutIn(found, rights, query.get('rollout') ?? undefined));
        case 'diff':
          return diffAnswer(found, rights, {
            from: query.get('from') ?? undefined,
            to: query.get('to') ?? undefined,
          });
        case 'events':
          return await eventsAnswer(person, target, found, nowMs);
        default:
          return rolloutAnswer(found, rights, rollout ?? '', { nowMs, program });
      }
    };
    if (part === 'stream') return await this.#stream(asked, new DetailTelling(view, rights, this.#memory));
    send(response, 200, JSON.stringify(await answer()));
  }

  async #me(person: Person | undefined): Promise<Me> {
    const { clock, version, people } = this.#options;
    const namespaces = person ? [...(await seenNamespaces(person, this.#board.namespaces()))].sort() : [];
    return {
      serverTime: toTime(clock.now()),
      version,
      mode: people.mode,
      ...(person?.user && { user: { name: person.user.name, groups: [...person.user.groups] } }),
      anonymous: people.anonymous,
      needsToken: person === undefined,
      namespaces,
      heartbeatMs,
    };
  }

  async #stream({ request, response, person, token }: Asked, telling: Telling): Promise<void> {
    const own = this.#streams.get(person.key) ?? new Set();
    const all = [...this.#streams.values()].reduce((sum, { size }) => sum + size, 0);
    if (own.size >= mostStreams.each || all >= mostStreams.all) {
      throw new ProblemError(
        'tooManyRequests',
        'too many streams are open',
        ['Close other tabs of the dashboard.'],
        {
          retryAfterSeconds: 30,
        },
      );
    }
    await telling.check();
    const { people, clock } = this.#options;
    // The login may have ended as well.
    const checked: Telling = {
      check: async () => {
        if (!(await people.identify(token))) throw notLoggedIn(token);
        await telling.check();
      },
      snapshot: (sink) => telling.snapshot(sink),
      begin: (sink, id) => telling.begin(sink, id),
      beat: (sink) => telling.beat(sink),
    };
    const lastEventId = request.headers['last-event-id'];
    const stream = runStream(
      response,
      typeof lastEventId === 'string' ? lastEventId : undefined,
      checked,
      clock,
      () => {
        own.delete(stream);
        if (own.size === 0) this.#streams.delete(person.key);
      },
    );
    own.add(stream);
    this.#streams.set(person.key, own);
  }
}

const nothingHere = (): ProblemError =>
  new ProblemError('notFound', 'there is nothing at this address', [
    `${apiRoot}/openapi.json names what there is.`,
  ]);

const notLoggedIn = (token: string | undefined): ProblemError =>
  new ProblemError(
    'unauthenticated',
    token === undefined ? 'nobody is logged in' : 'the API server does not know this token, or it has ended',
    ['Log in with a token of the cluster: "kubectl create token NAME", or the one of your login.'],
  );

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ProblemError('badRequest', 'the address is not encoded as it should be', []);
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(body);
}

/** No stack trace, no credential: what a problem says is all. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const problem = problemOf(error);
  setSecurityHeaders(response);
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    ...(problem.retryAfterSeconds !== undefined && { 'retry-after': String(problem.retryAfterSeconds) }),
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
    // What is left of a body that was too large is not read.
    ...(problem.status === 413 && { connection: 'close' }),
  });
  response.end(JSON.stringify(problem));
}
