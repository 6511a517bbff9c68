import { styleText } from 'node:util';

type Style = 'green' | 'red' | 'yellow' | 'bold';

/** Where a command writes. */
export interface Terminal {
  /** A line of what was asked for. */
  print(line: string): void;
  /** A line about what went wrong. */
  complain(line: string): void;
  /** The text in a style, where there are any. */
  style(style: Style, text: string): string;
}

/** The part of a stream that a terminal needs. */
export interface LineStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Lines to two streams: with colours where a person looks at the first one and `NO_COLOR` is not set. */
export function terminalOf(
  output: LineStream,
  complaints: LineStream,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const coloured = output.isTTY === true && !environment['NO_COLOR'];
  return {
    print: (line) => void output.write(`${line}\n`),
    complain: (line) => void complaints.write(`${line}\n`),
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}
