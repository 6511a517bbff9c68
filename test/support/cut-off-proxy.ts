import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What becomes of the bytes: they pass; they stay where they are, and nobody is told; or connections are reset, old and new. */
export type Passage = 'passes' | 'stays' | 'resets';

/** The network between one client and one server, as a TCP proxy. */
export class CutOffProxy {
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  #passage: Passage = 'passes';

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
  }

  /** `server`: where it listens, for clients that cannot reach this loopback. */
  static async start(target: URL, server: Server = createServer()): Promise<CutOffProxy> {
    const proxy = new CutOffProxy(server, { host: target.hostname, port: Number(target.port) });
    server.on('connection', (client) => proxy.#join(client));
    if (!server.listening) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set passage(passage: Passage) {
    this.#passage = passage;
    for (const socket of this.#sockets) {
      if (passage === 'resets') socket.resetAndDestroy();
      else if (passage === 'stays') socket.pause();
      else socket.resume();
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    if (this.#passage === 'resets') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => this.#sockets.delete(from));
      if (this.#passage === 'stays') from.pause();
    }
  }
}
