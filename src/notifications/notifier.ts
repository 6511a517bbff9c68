import type { Dispatch, Mark, Notice, TargetView } from '../domain/notices/notice.ts';
import { furtherOf } from '../domain/notices/notice.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import { Backoff, type Random } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { errorMessage, type Logger } from '../runtime/logger.ts';
import type { NoticeSender } from './notice-sender.ts';
import type { Target } from './target.ts';

export interface NotifierOptions {
  sender: NoticeSender;
  clock: Clock;
  logger: Logger;
  /** A target took something, or began to fail: its key is to be looked at. */
  onChange: (key: string) => void;
  random?: Random;
  observer?: NotifierObserver;
}

/** What becomes of an attempt. */
export const attemptResults = ['delivered', 'failed'] as const;

/** Told what became of each attempt. Assumption: it does not throw. */
export interface NotifierObserver {
  sent(type: Target['type'], result: (typeof attemptResults)[number]): void;
}

const retry = { initialMs: 1_000, capMs: 15 * 60_000, jitter: 0.3 };

/** What one target is being told of one ModelDeployment. */
interface Line {
  target: Target;
  queue: Notice[];
  /** Ids of what it took and a pass may not have seen yet. */
  taken: Set<string>;
  delivered: Mark | undefined;
  failure: TargetView['failure'];
  backoff: Backoff;
  running: boolean;
  /** Ends the wait before the next try. */
  wake: () => void;
  cancel: AbortController;
}

interface Lines {
  uid: string;
  byTarget: Map<string, Line>;
}

/**
 * Sends what passes decided to tell, outside of them: no pass waits for a target (law 17).
 *
 * Flow: a pass hands over everything that a target is still to be told, the oldest first; it is sent one by one, with growing delays while the
 * target fails; what was taken, or why nothing is, comes back by `views` to the pass that `onChange` asks for. Guarantees: what a status does not
 * say was delivered is sent again by whoever takes over (law 13); one target of one object waits for no other. Its memory may be lost at any time.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #lines = new Map<string, Lines>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** What is known of the targets of a ModelDeployment. */
  views(key: string, uid: string, targets: readonly Target[]): TargetView[] {
    const known = this.#lines.get(key);
    return targets.map(({ name, events }) => {
      const line = known?.uid === uid ? known.byTarget.get(name) : undefined;
      const { delivered, failure } = line ?? {};
      return { name, events, ...(delivered && { delivered }), ...(failure && { failure }) };
    });
  }

  /** Everything that the targets of a ModelDeployment are still to be told. Targets that are not named are told nothing more. */
  dispatch(key: string, uid: string, targets: readonly Target[], dispatches: readonly Dispatch[]): void {
    const lines = this.#linesOf(key, uid);
    for (const [name, line] of lines.byTarget) {
      if (targets.some((target) => target.name === name)) continue;
      this.#end(line);
      lines.byTarget.delete(name);
    }
    for (const target of targets) {
      const notices = dispatches.find((dispatch) => dispatch.target === target.name)?.notices ?? [];
      if (notices.length === 0 && !lines.byTarget.has(target.name)) continue;
      this.#queue(key, lines, target, notices);
    }
    if (lines.byTarget.size === 0) this.#lines.delete(key);
  }

  /** Nothing more is sent for the key from here: it is gone, or another process has it. */
  forget(key: string): void {
    for (const line of this.#lines.get(key)?.byTarget.values() ?? []) this.#end(line);
    this.#lines.delete(key);
  }

  /** The end of the program: what is under way is sent again by the next one. */
  close(): void {
    for (const key of [...this.#lines.keys()]) this.forget(key);
  }

  #linesOf(key: string, uid: string): Lines {
    const known = this.#lines.get(key);
    if (known?.uid === uid) return known;
    this.forget(key);
    const lines = { uid, byTarget: new Map<string, Line>() };
    this.#lines.set(key, lines);
    return lines;
  }

  #queue(key: string, { byTarget }: Lines, target: Target, notices: readonly Notice[]): void {
    const line = byTarget.get(target.name) ?? this.#newLine(target);
    byTarget.set(target.name, line);
    const isChanged = JSON.stringify(line.target) !== JSON.stringify(target);
    line.target = target;
    line.queue = notices.filter(({ id }) => !line.taken.has(id));
    const ids = new Set(notices.map(({ id }) => id));
    for (const id of line.taken) if (!ids.has(id)) line.taken.delete(id);
    if (line.queue.length === 0 && line.failure) {
      // What it did not take is told already, by another process, or is not to be told any more.
      line.failure = undefined;
      this.#options.onChange(key);
    }
    if (isChanged) {
      // Somebody may have mended it.
      line.backoff.reset();
      line.wake();
    }
    if (!line.running && line.queue.length > 0) void this.#run(key, line);
  }

  #newLine(target: Target): Line {
    return {
      target,
      queue: [],
      taken: new Set(),
      delivered: undefined,
      failure: undefined,
      backoff: new Backoff(retry, this.#options.random),
      running: false,
      wake: () => {},
      cancel: new AbortController(),
    };
  }

  #end(line: Line): void {
    line.queue = [];
    line.cancel.abort(new Error('nothing more is sent'));
  }

  async #run(key: string, line: Line): Promise<void> {
    line.running = true;
    const { signal } = line.cancel;
    try {
      for (let notice = line.queue[0]; notice && !signal.aborted; notice = line.queue[0]) {
        const waitMs = await this.#try(key, line, notice);
        if (waitMs > 0) await this.#wait(line, waitMs);
      }
    } finally {
      line.running = false;
    }
  }

  /** Sends one notice; how long to wait before the next try, in milliseconds. */
  async #try(key: string, line: Line, notice: Notice): Promise<number> {
    const { sender, observer, onChange } = this.#options;
    const { type } = line.target;
    try {
      await sender.send(line.target, notice, line.cancel.signal);
    } catch (error) {
      if (line.cancel.signal.aborted) return 0;
      observer?.sent(type, 'failed');
      return this.#failed(key, line, error);
    }
    // It is told elsewhere again, if at all.
    if (line.cancel.signal.aborted) return 0;
    observer?.sent(type, 'delivered');
    line.queue = line.queue.filter(({ id }) => id !== notice.id);
    line.taken.add(notice.id);
    line.delivered = furtherOf(
      { rollout: 0, told: 0, ...line.delivered },
      { rollout: 0, told: 0, ...notice.mark },
    );
    line.failure = undefined;
    line.backoff.reset();
    onChange(key);
    return 0;
  }

  #failed(key: string, line: Line, error: unknown): number {
    const { logger, onChange } = this.#options;
    // Nothing waits for it any more.
    if (line.queue.length === 0) return 0;
    const { reason, message } = error instanceof OutboundError ? error : unexpected;
    const isNews = line.failure?.reason !== reason || line.failure.message !== message;
    line.failure = { reason, message };
    if (isNews) {
      const fields = { key, target: line.target.name, reason };
      if (error instanceof OutboundError) logger.warn(`a notification was not taken: ${message}`, fields);
      // Of what nobody foresaw the log has the kind only: its words might hold a secret.
      else
        logger.error(
          `a notification could not be sent: ${error instanceof Error ? error.name : errorMessage(error)}`,
          fields,
        );
      onChange(key);
    }
    const asked = error instanceof OutboundError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(line.backoff.next(), Math.min(asked, retry.capMs));
  }

  async #wait(line: Line, waitMs: number): Promise<void> {
    const waking = new AbortController();
    const stop = () => waking.abort();
    line.wake = stop;
    line.cancel.signal.addEventListener('abort', stop);
    await this.#options.clock.sleep(waitMs, waking.signal);
    line.cancel.signal.removeEventListener('abort', stop);
    line.wake = () => {};
  }
}

const unexpected = {
  reason: 'TargetUnreachable',
  message: 'it could not be sent, for a reason that the controller does not know',
} as const;
