import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MetricsService } from '../observability/metrics.ts';
import { errorMessage, type Logger } from '../runtime/logger.ts';
import { type HealthCheck, type HealthState, isHealthy } from './health-state.ts';

/** Whoever else answers on the same port: false where a path is none of theirs. Never throws. */
export interface RequestHandler {
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

export interface EndpointsOptions {
  health: HealthState;
  metrics: Pick<MetricsService, 'text' | 'contentType'>;
  logger: Logger;
}

interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/**
 * What kubelet and Prometheus ask. `/healthz` fails where a restart may help, `/readyz` while the process has not started yet or stops: 200 when all is
 * well, else 503, both with the checks in words. `/metrics` is what Prometheus scrapes.
 */
export class Endpoints implements RequestHandler {
  readonly #options: EndpointsOptions;
  readonly #answers: ReadonlyMap<string, () => Promise<Answer> | Answer>;

  constructor(options: EndpointsOptions) {
    const { health, metrics } = options;
    this.#options = options;
    this.#answers = new Map<string, () => Promise<Answer> | Answer>([
      ['/healthz', () => healthAnswer(health.liveness())],
      ['/readyz', () => healthAnswer(health.readiness())],
      [
        '/metrics',
        async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
      ],
    ]);
  }

  async handle({ method, url }: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = (url ?? '').split('?', 1)[0]!;
    const answerTo = this.#answers.get(path);
    if (!answerTo) return false;
    if (method !== 'GET' && method !== 'HEAD') {
      send(response.setHeader('allow', 'GET, HEAD'), text(405, `${method} is not done here\n`));
      return true;
    }
    try {
      send(response, await answerTo());
    } catch (error) {
      this.#options.logger.error('an endpoint failed', { path, error: errorMessage(error) });
      send(response, text(500, 'this failed; the log says why\n'));
    }
    return true;
  }
}

/** Says in words that nobody answers a path. */
export function sendNotFound(response: ServerResponse): void {
  send(response, text(404, 'there is nothing here\n'));
}

const text = (status: number, body: string): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
});

function healthAnswer(checks: HealthCheck[]): Answer {
  const ok = isHealthy(checks);
  return {
    status: ok ? 200 : 503,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ status: ok ? 'ok' : 'failing', checks }),
  };
}

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}
