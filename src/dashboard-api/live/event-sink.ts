import type { ServerResponse } from 'node:http';

/** So much may wait in a connection; beyond it the client is behind, and gets a new snapshot when it has caught up. */
const mostBufferedBytes = 1_048_576;

/** One client of a stream of server-sent events. Bounded: a client that does not read makes nothing pile up here. */
export class EventSink {
  readonly #response: ServerResponse;
  readonly #onCaughtUp: () => void;
  #isBehind = false;
  #isOpen = true;

  constructor(
    response: ServerResponse,
    { onCaughtUp, onClosed }: { onCaughtUp: () => void; onClosed: () => void },
  ) {
    this.#response = response;
    this.#onCaughtUp = onCaughtUp;
    response.on('close', () => {
      this.#isOpen = false;
      onClosed();
    });
    // A connection that breaks is closed; nobody needs to be told.
    response.on('error', () => response.destroy());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What is sent now would be lost: a snapshot follows by itself. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  send(event: string, data: unknown, id?: string): void {
    if (!this.#isOpen || this.#isBehind) return;
    const lines = [
      `event: ${event}`,
      ...(id === undefined ? [] : [`id: ${id}`]),
      `data: ${JSON.stringify(data)}`,
    ];
    this.#response.write(`${lines.join('\n')}\n\n`);
    if (this.#response.writableLength <= mostBufferedBytes) return;
    this.#isBehind = true;
    this.#response.once('drain', () => {
      this.#isBehind = false;
      if (this.#isOpen) this.#onCaughtUp();
    });
  }

  end(): void {
    this.#isOpen = false;
    this.#response.end();
  }

  /** For a client that has not read anything for too long. */
  destroy(): void {
    this.#isOpen = false;
    this.#response.destroy();
  }
}
