import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { carry } from './carry.ts';

let servers: Server[];
beforeEach(() => {
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
});

async function listen(onConnection?: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, port: (server.address() as AddressInfo).port };
}

const closedOf = (socket: Socket) => new Promise<void>((done) => void socket.on('close', () => done()));

async function carriedTo(port: number): Promise<number> {
  const outer = await listen();
  carry(outer.server, { host: '127.0.0.1', port });
  return outer.port;
}

describe('carry', () => {
  it('carries both ways, also after one side has finished sending', async () => {
    const inner = await listen((socket) => {
      void text(socket).then((said) => socket.end(`you said ${said}`));
    });
    const socket = connect({ host: '127.0.0.1', port: await carriedTo(inner.port), allowHalfOpen: true });
    socket.end('hello');
    expect(await text(socket)).toBe('you said hello');
  });

  it('ends the inner connection when the outer one breaks', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const accepted = new Promise<void>((done) => {
      void listen((socket) => {
        socket.on('error', () => undefined).resume();
        closed = closedOf(socket);
        done();
      }).then(async ({ port }) => {
        const socket = connect({ host: '127.0.0.1', port: await carriedTo(port) });
        socket.on('error', () => undefined);
        await accepted;
        socket.resetAndDestroy();
      });
    });
    await accepted;
    await closed;
  });

  it('ends the outer connection when nothing listens inside', async () => {
    const { server, port } = await listen();
    server.close();
    const socket = connect({ host: '127.0.0.1', port: await carriedTo(port) });
    socket.on('error', () => undefined).resume();
    await closedOf(socket);
    expect(socket.bytesRead).toBe(0);
  });
});
