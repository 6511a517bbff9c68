import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '../runtime/logger.ts';
import { type RequestHandler, sendNotFound } from './endpoints.ts';

export interface HttpServerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Asked in this order; the first that answers has answered. */
  handlers: readonly RequestHandler[];
  logger: Logger;
}

/** The one port of the controller. It listens until the very end of a stop: kubelet has to hear that a process that stops is alive and not ready. */
@Injectable()
export class HttpServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #options: HttpServerOptions;
  readonly #server: Server;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void (async () => {
        for (const handler of options.handlers) if (await handler.handle(request, response)) return;
        sendNotFound(response);
      })();
    });
  }

  /** Rejects where the address cannot be had. */
  async onApplicationBootstrap(): Promise<void> {
    const { host, port, logger } = this.#options;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    logger.info('serving health and metrics', { host, port: this.port });
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
}
