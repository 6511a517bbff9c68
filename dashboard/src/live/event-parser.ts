/** One server-sent event. */
export interface StreamEvent {
  name: string;
  data: string;
  /** Absent where the event had none: the id before it still holds. */
  id?: string;
}

/** A line that never ends is no stream of ours. */
const longestBlock = 32_000_000;

export class StreamFormatError extends Error {
  override readonly name = 'StreamFormatError';
}

/** Takes a text/event-stream in pieces of any size and gives its events. One for each connection. */
export class EventParser {
  #rest = '';

  /** The events that this piece completes. Throws `StreamFormatError`. */
  push(piece: string): StreamEvent[] {
    // A line's end may be cut in two, so that the whole rest is looked at again.
    const blocks = (this.#rest + piece).split(/\n\n|\r\n\r\n/);
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > longestBlock) throw new StreamFormatError('an event is too long');
    return blocks.flatMap(readBlock);
  }
}

function readBlock(block: string): StreamEvent[] {
  const data: string[] = [];
  let name = 'message';
  let id: string | undefined;
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    // A comment, as some proxies send them to keep a connection.
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? [] : [{ name, data: data.join('\n'), ...(id !== undefined && { id }) }];
}
