import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as pictures from '../../cli/testing/pictures.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { heartbeatMs } from '../live/stream.ts';
import { eventsOf, serveDashboard } from '../testing/served-dashboard.ts';

let clock: VirtualClock;
let board: Awaited<ReturnType<typeof serveDashboard>>;
let slow: Socket;

beforeEach(async () => {
  clock = new VirtualClock();
  board = await serveDashboard({ clock });
  board.people.known.set('viewer', { name: 'vic', may: () => true });
  tell('first');
});
afterEach(async () => {
  slow.destroy();
  await board.stop();
});

/** One ModelDeployment with these words in its row. */
function tell(message: string): void {
  const { model } = pictures.stepping();
  const changed = { ...model, status: { ...model.status, message } };
  board.objects.put('ml/sentiment', changed as unknown as KubernetesObject);
}

/** A client that asks for the stream over a socket of its own, so that it decides what is read. */
async function openSlow(): Promise<void> {
  slow = connect(board.port, '127.0.0.1');
  slow.on('error', () => undefined);
  slow.write('GET /api/v1/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer viewer\r\n\r\n');
  await new Promise((heard) => slow.once('data', heard));
  slow.pause();
}

const words = 'x'.repeat(60_000);
/** More than the sockets of both sides and our own buffer hold together, which is some MiB. */
const changes = 400;

/** Tells of so many changes, one after the other; the quick client has read each before the next. */
async function tellMuch(quick: ReturnType<typeof eventsOf>): Promise<void> {
  for (let number = 1; number <= changes; number++) {
    tell(`${number} ${words}`);
    await clock.advance(200);
    await heard(quick, `"${number} x`);
  }
}

/** Waits for an event that says so; between them come heartbeats. */
async function heard(stream: ReturnType<typeof eventsOf>, text: string): Promise<void> {
  for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) }) {
    if (JSON.stringify(event).includes(text)) return;
    expect(event.event).toBe('heartbeat');
  }
}

it('ends the stream of who does not read, holds a bounded part of it, and goes on for the others', async () => {
  await openSlow();
  const quick = eventsOf(await board.open('/api/v1/stream', { headers: { authorization: 'Bearer viewer' } }));
  await quick.next();
  const closed = new Promise((gone) => slow.once('close', gone));
  await tellMuch(quick);
  // The time of the changes has its heartbeats as well.
  for (let beats = 0; beats < 6; beats++) {
    await clock.advance(heartbeatMs);
    await turn();
  }
  let readBytes = 0;
  slow.on('data', ({ length }) => (readBytes += length));
  slow.resume();
  await closed;
  expect(readBytes).toBeLessThan((changes * words.length) / 2);
  tell('and on');
  await clock.advance(200);
  await heard(quick, 'and on');
  await quick.return(undefined);
});
