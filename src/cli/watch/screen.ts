import type { Terminal } from '../terminal.ts';
import { fit } from '../views/layout.ts';

const escape = String.fromCodePoint(27);
const hideCursor = `${escape}[?25l`;
const showCursor = `${escape}[?25h`;
const clearLine = `${escape}[K`;
const clearBelow = `${escape}[J`;
const up = (lines: number): string => (lines > 0 ? `${escape}[${lines}A` : '');

/** A view that is drawn again in its own place, below what the terminal showed before. */
export class Screen {
  readonly #terminal: Terminal;
  #height = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Draws over what was drawn before, in one write: nothing flickers. What does not fit is cut, and one can see that. */
  draw(lines: readonly string[]): void {
    const { columns, rows } = this.#terminal.size();
    const room = Math.max(1, rows - 1);
    const hidden = lines.length - room + 1;
    const shown = hidden > 1 ? [...lines.slice(0, room - 1), `… ${hidden} more lines`] : lines;
    const text = shown.map((line) => `${fit(line, columns)}${clearLine}\n`).join('');
    const first = this.#height === 0 ? hideCursor : '';
    // A terminal that was made smaller holds no more of the old picture than its rows.
    this.#terminal.write(`${first}\r${up(Math.min(this.#height, room))}${text}${clearBelow}`);
    this.#height = shown.length;
  }

  /** Leaves the last picture where it is, and gives the cursor back. */
  close(): void {
    if (this.#height > 0) this.#terminal.write(showCursor);
  }
}
