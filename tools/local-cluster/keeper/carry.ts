import { connect, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../cluster/layout.ts';

/**
 * Carries every connection of a listening socket to an endpoint. A socket belongs to the network namespace in
 * which it was made, and stays usable in a process that lives in another: a server that was opened on the host
 * and handed to the keeper accepts connections there, while what the keeper opens itself lies in the namespace.
 */
export function carry(server: Server, to: Endpoint): void {
  server.on('connection', (outer: Socket) => {
    outer.setNoDelay(true);
    const inner = connect({ host: to.host, port: to.port, noDelay: true, allowHalfOpen: true });
    outer.allowHalfOpen = true;
    // A break on one side is a break on the other: a client that gives up shall not look like one that is done.
    outer.on('error', () => inner.resetAndDestroy());
    inner.on('error', () => outer.resetAndDestroy());
    outer.on('close', () => inner.destroy());
    inner.on('close', () => outer.destroy());
    outer.pipe(inner);
    inner.pipe(outer);
  });
}
