import type { ServerResponse } from 'node:http';
import { toTime } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { problemOf } from '../serve/problem.ts';
import { EventSink } from './event-sink.ts';

export const heartbeatMs = 15_000;
/** A client that has read nothing for so many heartbeats is let go. */
const mostBehind = 4;

/** What a stream tells, and to whom. */
export interface Telling {
  /** Asks again whether the person may still see it. Rejects with what the stream ends by. */
  check(): Promise<void>;
  /** Tells everything anew. */
  snapshot(sink: EventSink): void;
  /** Begins: after what a `Last-Event-ID` names, or anew; then of every change. Gives what ends it. */
  begin(sink: EventSink, lastEventId: string | undefined): () => void;
  /** Told at every heartbeat: what changes only because time passes. True where something was said. */
  beat(sink: EventSink): boolean;
}

/** Runs one stream until its client goes, its right goes, or the server stops. */
export function runStream(
  response: ServerResponse,
  lastEventId: string | undefined,
  telling: Telling,
  clock: Clock,
  onEnd: () => void,
): { end: (error: unknown) => void } {
  let behind = 0;
  let stop = () => {};
  let cancelBeat = () => {};
  const finish = () => {
    stop();
    cancelBeat();
    onEnd();
  };
  const sink = new EventSink(response, { onCaughtUp: () => telling.snapshot(sink), onClosed: finish });
  const end = (error: unknown) => {
    if (!sink.isOpen) return;
    sink.send('problem', problemOf(error));
    sink.end();
  };
  const beat = async (): Promise<void> => {
    if (!sink.isOpen) return;
    behind = sink.isBehind ? behind + 1 : 0;
    if (behind > mostBehind) return sink.destroy();
    try {
      await telling.check();
      if (!sink.isOpen) return;
      if (!telling.beat(sink)) sink.send('heartbeat', { serverTime: toTime(clock.now()) });
    } catch (error) {
      return end(error);
    }
    cancelBeat = clock.after(heartbeatMs, () => void beat());
  };
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would keep back what it has not a buffer full of.
    'x-accel-buffering': 'no',
  });
  stop = telling.begin(sink, lastEventId);
  cancelBeat = clock.after(heartbeatMs, () => void beat());
  return { end };
}
