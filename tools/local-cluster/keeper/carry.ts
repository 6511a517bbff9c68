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
    const give = () => {
      outer.destroy();
      inner.destroy();
    };
    outer.allowHalfOpen = true;
    outer.on('error', give);
    inner.on('error', give);
    outer.on('close', () => inner.destroy());
    inner.on('close', () => outer.destroy());
    outer.pipe(inner);
    inner.pipe(outer);
  });
}
