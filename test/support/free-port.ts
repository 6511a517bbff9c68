import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that Linux gives to whoever asks for any, so that nobody is given one of these between the look and its use. */
const [first, end] = [12_000, 30_000];

/** Nobody listens here: it was given long ago to a protocol that is not in use. */
export const closedPort = 1;

/** A port of loopback that nobody listens on, for a program that has to be told its port. */
export async function freePort(): Promise<number> {
  for (let left = 100; left > 0; left -= 1) {
    const port = first + Math.floor(Math.random() * (end - first));
    if (await canListen(port)) return port;
  }
  throw new Error(`found no free port of a hundred between ${first} and ${end}`);
}

async function canListen(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
