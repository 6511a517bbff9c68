import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from '../model/model.ts';
import type { Inference } from './inference.ts';
import { readBody } from './request-body.ts';
import { RequestError } from './request-error.ts';
import { findRoute, MethodError, modelMetadata, serverMetadata, type Route } from './routes.ts';
import { Telemetry } from './telemetry.ts';

/**
 * Longer than a gateway keeps an idle connection (Envoy: one hour): were the server the first to close it, a request
 * that is on its way at that moment would be lost.
 */
const keepAliveTimeoutMs = 65 * 60_000;

/** The code in the metrics for a request whose client did not wait for the answer. */
const clientLeft = 499;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly images?: number;
}

/** The HTTP server of one model. */
export class DigitsServer {
  private readonly model: Model;
  private readonly inference: Inference;
  private readonly telemetry: Telemetry;
  private readonly headers: Record<string, string>;
  private readonly server: Server;
  private draining = false;
  private closing = false;
  private inFlight = 0;

  constructor(model: Model, inference: Inference, podName?: string) {
    this.model = model;
    this.inference = inference;
    this.telemetry = new Telemetry(model);
    this.headers = { 'x-model-version': model.version, ...(podName ? { 'x-pod-name': podName } : {}) };
    this.server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
      void this.handle(request, response);
    });
  }

  /** Starts to listen; resolves to the address in use. Port 0 takes a free port. */
  listen(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve(this.server.address() as AddressInfo);
      });
    });
  }

  /**
   * Stops without failing a request: at once no longer ready, so that gateways look elsewhere; goes on serving for
   * `drainMs`, asking clients to close their connections; then takes no new connection and ends the requests in flight.
   */
  async stop(drainMs: number): Promise<void> {
    this.draining = true;
    await sleep(drainMs);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.closing = true;
    this.closeWhenIdle();
    await closed;
  }

  /** Node counts a connection that never sent a request as busy for a minute: close() alone would wait for it. */
  private closeWhenIdle(): void {
    if (this.closing && this.inFlight === 0) this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    let route: Route | undefined;
    let answer: Answer | undefined;
    this.inFlight++;
    response.once('close', () => {
      this.inFlight--;
      this.closeWhenIdle();
      if (route !== 'infer') return;
      const code = response.writableFinished ? (answer?.status ?? clientLeft) : clientLeft;
      this.telemetry.record(code, (performance.now() - startedMs) / 1_000, answer?.images ?? 0);
    });
    try {
      route = findRoute(request.method ?? '', request.url ?? '', this.model);
      answer = await this.answer(route, request);
    } catch (error) {
      if (request.errored) return; // the client left before its request was read
      answer = this.refuse(error, response);
    }
    this.send(request, response, answer);
  }

  private async answer(route: Route, request: IncomingMessage): Promise<Answer> {
    const ready = !this.draining;
    const status = ready ? 200 : 503;
    const { name } = this.model;
    switch (route) {
      case 'server':
        return { status: 200, body: serverMetadata };
      case 'live':
        return { status: 200, body: { live: true } };
      case 'ready':
        return { status, body: { ready } };
      case 'model-ready':
        return { status, body: { name, ready } };
      case 'model':
        return { status: 200, body: modelMetadata(this.model) };
      case 'metrics':
        return { status: 200, body: await this.telemetry.scrape(), contentType: this.telemetry.contentType };
      case 'infer':
        return { status: 200, ...(await this.inference.infer(await readBody(request))) };
    }
  }

  private refuse(error: unknown, response: ServerResponse): Answer {
    if (error instanceof MethodError) response.setHeader('allow', error.accepted.join(', '));
    if (error instanceof RequestError) return { status: error.status, body: { error: error.message } };
    console.error('unexpected error', error);
    return { status: 500, body: { error: `unexpected error: ${String(error)}` } };
  }

  private send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    const { status, body, contentType } = answer;
    const payload = Buffer.from(contentType ? String(body) : JSON.stringify(body));
    // A body that was not read to its end would be taken for the next request of the same connection.
    if (this.draining || !request.complete) response.setHeader('connection', 'close');
    response.writeHead(status, {
      ...this.headers,
      'content-type': contentType ?? 'application/json',
      'content-length': payload.length,
    });
    response.end(request.method === 'HEAD' ? undefined : payload);
  }
}
