import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { TimeLimitError, withTimeLimit } from '../runtime/abortable.ts';
import type { Clock } from '../runtime/clock.ts';
import { Turnstile } from '../runtime/turnstile.ts';
import type { AllowedHosts, Trust } from './allowed-hosts.ts';
import { OutboundError } from './outbound-error.ts';
import { connectableAddresses, requireAllowed, type Resolve, systemResolve } from './resolve-address.ts';

export interface OutboundRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What a server answered, whatever its status; the body is cut at the limit. */
export interface OutboundAnswer {
  status: number;
  body: string;
  /** From the header Retry-After. */
  retryAfterMs?: number;
}

export interface OutboundHttpOptions {
  hosts: AllowedHosts;
  clock: Clock;
  /** How long a call may take, once it has its turn; default 10 s. */
  timeoutMs?: number;
  /** A longer answer is an error; default 64 KiB. */
  maxAnswerBytes?: number;
  /** Calls to one origin at once; the others wait. Default: 4. */
  perOrigin?: number;
  resolve?: Resolve;
}

/**
 * Calls addresses that users of the cluster named, as a controller may: only allowed hosts, never a link-local address, no redirect, a bounded
 * answer, a time limit. Errors: `OutboundError`, whose message holds no secret. A slow origin takes turns from its own calls only (law 17).
 */
export class OutboundHttp {
  readonly #options: Required<OutboundHttpOptions>;
  readonly #agents: Record<Trust, Agent>;
  readonly #turnstiles = new Map<string, Turnstile>();

  constructor(options: OutboundHttpOptions) {
    this.#options = {
      timeoutMs: 10_000,
      maxAnswerBytes: 64 * 1024,
      perOrigin: 4,
      resolve: systemResolve,
      ...options,
    };
    this.#agents = { exact: this.#agent('exact'), pattern: this.#agent('pattern') };
  }

  /** Sends a body and gives the answer. A redirect is no answer. */
  async post(
    request: OutboundRequest,
    signal: AbortSignal,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<OutboundAnswer> {
    const url = parsed(request.url);
    const trust = requireAllowed(this.#options.hosts, url);
    // A literal address is not looked up by whoever connects.
    await connectableAddresses(url.hostname, trust, this.#options.resolve);
    return this.#turnstile(url.origin).pass(signal, () => this.#send(url, trust, request, signal, timeoutMs));
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#agents).map((agent) => agent.destroy()));
  }

  async #send(
    url: URL,
    trust: Trust,
    { headers, body }: OutboundRequest,
    outer: AbortSignal,
    timeoutMs: number,
  ): Promise<OutboundAnswer> {
    try {
      return await withTimeLimit(
        `the call of ${url.host}`,
        timeoutMs,
        this.#options.clock,
        outer,
        async (signal) => {
          const response = await this.#agents[trust].request({
            origin: url.origin,
            path: url.pathname + url.search,
            method: 'POST',
            headers: { 'user-agent': 'understudy', ...headers },
            body,
            signal,
          });
          const text = await response.body.text();
          const retryAfterMs = retryAfter(response.headers['retry-after'], this.#options.clock.now());
          return {
            status: response.statusCode,
            body: text,
            ...(retryAfterMs !== undefined && { retryAfterMs }),
          };
        },
      );
    } catch (error) {
      if (outer.aborted) throw outer.reason;
      throw explained(url, error, timeoutMs);
    }
  }

  #agent(trust: Trust): Agent {
    const resolve: LookupFunction = (host, options, done) => {
      connectableAddresses(host, trust, this.#options.resolve).then(
        (addresses) => {
          if (options.all) done(null, addresses);
          else done(null, addresses[0]!.address, addresses[0]!.family);
        },
        (error: Error) => done(error as NodeJS.ErrnoException, '', 0),
      );
    };
    return new Agent({
      maxResponseSize: this.#options.maxAnswerBytes,
      // The time limit of the whole call is its signal's.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
      connect: { lookup: resolve, timeout: this.#options.timeoutMs },
    });
  }

  #turnstile(origin: string): Turnstile {
    let turnstile = this.#turnstiles.get(origin);
    if (!turnstile) this.#turnstiles.set(origin, (turnstile = new Turnstile(this.#options.perOrigin)));
    return turnstile;
  }
}

function parsed(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    const plain = url.username === '' && url.password === '';
    if ((url.protocol === 'https:' || url.protocol === 'http:') && plain) return url;
  }
  // What was found may be the secret itself.
  throw new OutboundError(
    'AddressRefused',
    'the address is no http or https address without user and password',
  );
}

function explained(url: URL, error: unknown, timeoutMs: number): unknown {
  if (error instanceof OutboundError) return error;
  const cause = error instanceof Error && error.cause instanceof OutboundError ? error.cause : undefined;
  if (cause) return cause;
  if (error instanceof TimeLimitError) {
    return new OutboundError('TargetUnreachable', `${url.host} did not answer within ${timeoutMs} ms`);
  }
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? 'no connection');
  return new OutboundError('TargetUnreachable', `${url.host} cannot be reached: ${code}`, { cause: error });
}

/** Seconds, or a date. */
function retryAfter(header: string | string[] | undefined, nowMs: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
