/** Values that a span carries. */
export type SpanAttributes = Record<string, string | number | boolean>;

/** Work that is being traced. */
export interface Span {
  /** More of it, as soon as it is known. */
  set(attributes: SpanAttributes): void;
}

/**
 * Spans of what a pass does: which part took how long, which requests it made, and what failed.
 *
 * Guarantee of every adapter: nothing that is traced waits for whoever gets the spans, and nothing comes out of it but what `work` gives or
 * throws.
 */
export abstract class Tracer {
  /** Runs `work` as a span of the one that the calling code belongs to, or as a root where it belongs to none. It ends when the work does. */
  abstract span<T>(name: string, attributes: SpanAttributes, work: (span: Span) => T): T;

  /** Notes what has just ended, as a span of the one that the calling code belongs to; outside of one nothing is noted. */
  abstract note(
    name: string,
    attributes: SpanAttributes,
    ended: { durationMs: number; failure?: string },
  ): void;

  /** Sends what is left, for a moment at most. */
  abstract close(): Promise<void>;
}

const untraced: Span = { set: () => {} };

class NoTracer extends Tracer {
  span<T>(_name: string, _attributes: SpanAttributes, work: (span: Span) => T): T {
    return work(untraced);
  }

  note(): void {}

  async close(): Promise<void> {}
}

/** Nobody asked for traces. */
export const noTracer: Tracer = new NoTracer();
