import { readFile } from 'node:fs/promises';
import { errors, Pool } from 'undici';
import { MetricsError } from './metrics-error.ts';
import type { MetricsSourceConfig } from '../config/controller-config.ts';

/** What a server answered, whatever its status. The body is at most as long as the connection's limit. */
export interface HttpAnswer {
  status: number;
  body: string;
  /** Where a redirect points. */
  location: string | undefined;
}

/** Queries that one source has on the wire at once. */
export const maxConnections = 4;

/**
 * The HTTP side of one source: a pool of connections that all its queries share.
 *
 * Credentials and certificates are read from their files for each query, so that a rotated Secret counts from the next one on; a
 * changed certificate makes a new pool. Redirects are not followed. Errors: `MetricsError`, never with a credential in it.
 */
export class PrometheusConnection {
  readonly #options: MetricsSourceConfig;
  readonly #base: URL;
  readonly #maxAnswerBytes: number;
  #pool: Pool | undefined;
  #poolKey = '';

  constructor(options: MetricsSourceConfig, maxAnswerBytes: number) {
    this.#options = options;
    this.#base = new URL(options.url);
    this.#maxAnswerBytes = maxAnswerBytes;
  }

  /** Sends a form and gives the answer. `path` is below the source's own path. */
  async post(path: string, form: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer> {
    const [authorization, pool] = await Promise.all([this.#authorization(), this.#currentPool()]);
    try {
      const response = await pool.request({
        method: 'POST',
        path: this.#base.pathname.replace(/\/+$/, '') + path,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          ...(authorization && { authorization }),
        },
        body: new URLSearchParams(form).toString(),
        signal,
      });
      const location = response.headers.location;
      return {
        status: response.statusCode,
        body: await response.body.text(),
        location: Array.isArray(location) ? location[0] : location,
      };
    } catch (error) {
      throw this.#explained(error, signal);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  async #authorization(): Promise<string | undefined> {
    const { bearerTokenFile, basicAuth } = this.#options;
    if (bearerTokenFile) return `Bearer ${(await readText(bearerTokenFile, 'bearerTokenFile')).trim()}`;
    if (!basicAuth) return undefined;
    const password = (await readText(basicAuth.passwordFile, 'basicAuth.passwordFile')).replace(/\r?\n$/, '');
    return `Basic ${Buffer.from(`${basicAuth.username}:${password}`).toString('base64')}`;
  }

  async #currentPool(): Promise<Pool> {
    const { caFile, certFile, keyFile, serverName, insecureSkipVerify } = this.#options.tls ?? {};
    const [ca, cert, key] = await Promise.all([
      caFile ? readText(caFile, 'tls.caFile') : undefined,
      certFile ? readText(certFile, 'tls.certFile') : undefined,
      keyFile ? readText(keyFile, 'tls.keyFile') : undefined,
    ]);
    const poolKey = JSON.stringify([ca, cert, key]);
    if (this.#pool && poolKey === this.#poolKey) return this.#pool;

    // Queries under way end on the old pool; it closes when the last of them has ended.
    this.#pool?.close().catch(() => undefined);
    this.#poolKey = poolKey;
    this.#pool = new Pool(this.#base.origin, {
      connections: maxConnections,
      allowH2: false,
      maxResponseSize: this.#maxAnswerBytes,
      // The time limit of the whole query is its signal's.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        timeout: this.#options.timeoutMs,
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
        ...(serverName !== undefined && { servername: serverName }),
        rejectUnauthorized: insecureSkipVerify !== true,
      },
    });
    return this.#pool;
  }

  #explained(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof errors.ResponseExceededMaxSizeError) {
      const message = `the answer is larger than ${this.#maxAnswerBytes} bytes; narrow the query`;
      return new MetricsError('tooLarge', message, { cause: error });
    }
    return new MetricsError('unreachable', `${this.#base.origin} cannot be reached: ${detail(error)}`, {
      cause: error,
    });
  }
}

async function readText(path: string, field: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MetricsError('unauthorized', `${field} ${path} cannot be read: ${detail(cause)}`, { cause });
  }
}

/** The message of an error, or of the errors that it collects (a name with several addresses gives one for each). */
function detail(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return detail(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}
