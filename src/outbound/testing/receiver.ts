import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a receiver got it. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real HTTP server on loopback that keeps what it got. It answers 200 unless `answer` does otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const got = { method, path, headers, body };
      this.received.push(got);
      this.#answer(response, got);
    });
  });
  #answer: (response: ServerResponse, request: Received) => void = (response) => response.end('ok');

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How it answers from now on. */
  answer(how: (response: ServerResponse, request: Received) => void): void {
    this.#answer = how;
  }

  answerStatus(status: number, headers: Record<string, string> = {}, body = ''): void {
    this.answer((response) => response.writeHead(status, headers).end(body));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
