import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Prometheus that counts what it is asked, and answers everything with 0 at once. */
export class CountingPrometheus {
  /** Queries that were answered. */
  queries = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<CountingPrometheus> {
    const server = createServer();
    const counting = new CountingPrometheus(server);
    server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => {
        counting.queries += 1;
        const result = [{ metric: {}, value: [Date.now() / 1000, '0'] }];
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return counting;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
