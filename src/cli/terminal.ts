import { styleText } from 'node:util';

export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** The text in a style, where there are any. */
export type Paint = (style: Style, text: string) => string;

/** Where a command writes. */
export interface Terminal {
  /** A line of what was asked for. */
  print(line: string): void;
  /** A line about what went wrong. */
  complain(line: string): void;
  /** Text of what was asked for as it is: for a view that is drawn again in its place. */
  write(text: string): void;
  style: Paint;
  /** Whether a person looks at the output; otherwise a program or a file takes it. */
  readonly interactive: boolean;
  /** Its size where a person looks: it may change at any time. Elsewhere nothing is cut. */
  size(): { columns: number; rows: number };
  /** What the user called: `understudy`, or `kubectl understudy`. */
  readonly program: string;
}

/** The part of a stream that a terminal needs. */
export interface LineStream {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/** Lines to two streams: with colours where a person looks at the first one and `NO_COLOR` is not set. */
export function terminalOf(
  output: LineStream,
  complaints: LineStream,
  environment: Readonly<Record<string, string | undefined>>,
  program = 'understudy',
): Terminal {
  const interactive = output.isTTY === true;
  const coloured = interactive && !environment['NO_COLOR'];
  return {
    print: (line) => void output.write(`${line}\n`),
    complain: (line) => void complaints.write(`${line}\n`),
    write: (text) => void output.write(text),
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
    interactive,
    size: () =>
      interactive
        ? { columns: output.columns ?? 80, rows: output.rows ?? 24 }
        : { columns: Infinity, rows: Infinity },
    program,
  };
}

/** By which name the program was called: kubectl finds its plugins by theirs. */
export const programOf = (path: string | undefined): string =>
  /(?:^|[/\\])kubectl-understudy(?:\.\w+)?$/.test(path ?? '') ? 'kubectl understudy' : 'understudy';
