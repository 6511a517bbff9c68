/**
 * The keeper: one small process that is started inside the cluster's network namespace and does three things.
 * It holds the namespace open. It carries connections from loopback ports of the host into the namespace, and
 * opens sockets there for the host to accept from. And when the process that owns the cluster is gone (its end of the channel closes), it ends whatever still runs
 * in the namespace, removes the cluster's folder and ends itself, so that nothing stays behind even after
 * `kill -9`.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { network } from '../cluster/layout.ts';
import { killAll, othersInMyNamespace } from '../cluster/processes.ts';
import { carry } from './carry.ts';
import type { KeeperAnswer, KeeperRequest } from './messages.ts';

const folder = process.argv[2];
if (folder === undefined || process.send === undefined) {
  console.error('keeper: is started by the local cluster only');
  process.exit(2);
}

const answer = (message: KeeperAnswer): void => {
  if (process.connected) process.send?.(message);
};

function setUpNetwork(): void {
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  ip('link', 'set', 'lo', 'up');
  ip('route', 'add', 'local', network.localRange, 'dev', 'lo');
}

function probe(request: Extract<KeeperRequest, { kind: 'probe' }>): void {
  const socket = connect({ host: request.host, port: request.port });
  const end = (open: boolean) => {
    socket.destroy();
    answer({ id: request.id, ok: open });
  };
  socket.setTimeout(1000, () => end(false));
  socket.once('connect', () => end(true));
  socket.once('error', () => end(false));
}

/** Opens a socket in the namespace, and hands it to the owner: connections that begin inside end with it. */
function listen({ id, host }: Extract<KeeperRequest, { kind: 'listen' }>): void {
  const server = createServer();
  server.once('error', () => answer({ id, ok: false }));
  server.listen({ host, port: 0 }, () => {
    if (process.connected) process.send?.({ id, ok: true }, server, {}, () => server.close());
  });
}

let ending = false;

async function endEverything(): Promise<void> {
  if (ending) return;
  ending = true;
  const left = await killAll(othersInMyNamespace);
  rmSync(folder as string, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.exit(left.length === 0 ? 0 : 1);
}

process.on('message', (request: KeeperRequest, handle: unknown) => {
  if (request.kind === 'probe') return probe(request);
  if (request.kind === 'listen') return listen(request);
  carry(handle as Server, request.to);
  answer({ id: request.id, ok: true });
});
process.on('disconnect', () => void endEverything());
process.on('SIGTERM', () => void endEverything());
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

try {
  setUpNetwork();
  answer({ ready: true });
} catch (error) {
  answer({ ready: false, reason: error instanceof Error ? error.message : String(error) });
}
