import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A Prometheus that answers every query with the number that the bench chose, and notes when it answered: the moment from
 * which the reaction to a verdict is counted.
 */
export class ScriptedPrometheus {
  /** What queries give now. */
  value = 0;
  /** When `value` was first given as it is now, in milliseconds since the epoch. */
  answeredAtMs: number | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedPrometheus> {
    const server = createServer();
    const scripted = new ScriptedPrometheus(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const counters = body.includes('envoy_');
        const sample = { metric: {}, value: [Date.now() / 1000, String(scripted.value)] };
        const data = counters
          ? { resultType: 'matrix', result: [] }
          : { resultType: 'vector', result: [sample] };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ status: 'success', data }), () => {
          if (!counters) scripted.answeredAtMs ??= Date.now();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on queries give this number. */
  say(value: number): void {
    this.value = value;
    this.answeredAtMs = undefined;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
