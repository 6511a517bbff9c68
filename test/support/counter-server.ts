import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of /metrics whose counters a test sets by hand, so that it knows the truth to the request. */
export class CounterServer {
  /** Lines of the text format by series, such as `requests_total{code="200"}`. */
  readonly counters = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<CounterServer> {
    const server = createServer();
    const counters = new CounterServer(server);
    server.on('request', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', connection: 'close' });
      response.end([...counters.counters].map(([name, value]) => `${name} ${value}\n`).join(''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return counters;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(series: string, count: number): void {
    this.counters.set(series, (this.counters.get(series) ?? 0) + count);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
