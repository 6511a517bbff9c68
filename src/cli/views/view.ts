import type { Paint, Terminal } from '../terminal.ts';

/** What a view is drawn with: it has no clock and no terminal of its own. */
export interface Canvas {
  paint: Paint;
  /** Columns; Infinity where nothing is cut. */
  width: number;
  nowMs: number;
  /** What the user calls us, for commands to copy. */
  program: string;
}

/** The terminal as it is now. `wide`: nothing is cut. */
export const canvasOf = (terminal: Terminal, nowMs: number, wide = false): Canvas => ({
  paint: terminal.style,
  width: wide ? Infinity : terminal.size().columns,
  nowMs,
  program: terminal.program,
});
