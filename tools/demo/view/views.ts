import { changeLines, stamp } from './change-lines.ts';
import type { DemoState, View } from './demo-state.ts';
import { render } from './render.ts';

/** As much of a terminal's stream as is used. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

const frameMs = 250;
const escape = '\u001b[';

/** For logs and pipes: a line for each change, nothing that moves. */
export class PlainView implements View {
  readonly #output: Output;
  readonly #state: () => DemoState;
  #before: DemoState | undefined;
  #closed = false;

  constructor(output: Output, state: () => DemoState) {
    this.#output = output;
    this.#state = state;
  }

  changed(): void {
    if (this.#closed) return;
    const now = this.#state();
    for (const line of changeLines(this.#before, now)) this.#output.write(`${line}\n`);
    this.#before = now;
  }

  note(text: string): void {
    if (!this.#closed) this.#output.write(`${stamp(this.#state().elapsedMs)} ${text}\n`);
  }

  close(): void {
    this.#closed = true;
  }
}

/** For terminals: a block that is drawn again four times a second, with the lines that stay above it. */
export class LiveView implements View {
  readonly #output: Output;
  readonly #state: () => DemoState;
  readonly #color: boolean;
  readonly #timer: NodeJS.Timeout;
  readonly #resized: () => void;
  readonly #showCursor: () => void;
  /** Lines of the block that stand on the screen. */
  #drawn = 0;
  #closed = false;

  constructor(output: Output, state: () => DemoState, color: boolean) {
    this.#output = output;
    this.#state = state;
    this.#color = color;
    this.#timer = setInterval(() => this.#draw(), frameMs);
    this.#resized = () => {
      // Lines that were longer than the new width have wrapped: what is where is not known any more.
      this.#drawn = 0;
      this.#output.write(`${escape}2J${escape}H`);
      this.#draw();
    };
    this.#showCursor = () => void this.#output.write(`${escape}?25h`);
    output.on?.('resize', this.#resized);
    process.once('exit', this.#showCursor);
    output.write(`${escape}?25l`);
    this.#draw();
  }

  changed(): void {
    // The next frame shows it.
  }

  note(text: string): void {
    this.#draw([`${stamp(this.#state().elapsedMs)} ${text}`]);
  }

  close(): void {
    if (this.#closed) return;
    this.#draw();
    this.#closed = true;
    clearInterval(this.#timer);
    this.#output.off?.('resize', this.#resized);
    process.off('exit', this.#showCursor);
    this.#output.write('\n');
    this.#showCursor();
  }

  /** One write for the whole frame, so that nothing flickers. */
  #draw(notes: string[] = []): void {
    if (this.#closed) return;
    const width = this.#output.columns ?? 80;
    const height = Math.max(1, (this.#output.rows ?? 24) - 1);
    const block = ['', ...render(this.#state(), { width, color: this.#color })].slice(0, height);
    const back = this.#drawn > 0 ? `${escape}${this.#drawn}A` : '';
    const lines = [...notes, ...block];
    this.#output.write(`${back}\r${lines.map((line) => `${line}${escape}K\n`).join('')}${escape}J`);
    this.#drawn = block.length;
  }
}

/** The view that fits: live on a terminal that can move its cursor, plain lines everywhere else. */
export function openView(
  output: Output,
  state: () => DemoState,
  environment: Readonly<Record<string, string | undefined>>,
): View {
  const live = output.isTTY === true && environment['TERM'] !== 'dumb';
  return live ? new LiveView(output, state, !environment['NO_COLOR']) : new PlainView(output, state);
}
