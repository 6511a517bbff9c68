import { describe, expect, it } from '@jest/globals';
import { terminalOf } from '../terminal.ts';
import { Screen } from './screen.ts';

/** A terminal of so many columns and rows: what a person sees on it after what was written. */
function emulated(columns: number, rows: number) {
  const stream = {
    isTTY: true,
    columns,
    rows,
    written: '',
    write: (text: string) => (stream.written += text),
  };
  const seen = (): string[] => {
    const lines = [''];
    let row = 0;
    const controls = new RegExp(`${String.fromCodePoint(27)}\\[(\\??)(\\d*)([A-Za-z])|\\r|\\n|[^]`, 'gu');
    let column = 0;
    for (const [text, , count, kind] of stream.written.matchAll(controls)) {
      if (kind === 'A') row -= Number(count);
      else if (kind === 'K') lines[row] = lines[row]!.slice(0, column);
      else if (kind === 'J') {
        lines.length = row + 1;
        lines[row] = '';
      } else if (text === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= '';
      } else if (text === '\r') column = 0;
      else if (kind === undefined) {
        lines[row] = lines[row]!.slice(0, column) + text + lines[row]!.slice(column + 1);
        column += 1;
      }
    }
    return lines;
  };
  return { stream, terminal: terminalOf(stream, stream, {}), seen };
}

describe('a view that is drawn in its place', () => {
  it('covers what was there before, also when that was longer', () => {
    const { terminal, seen } = emulated(20, 10);
    const screen = new Screen(terminal);
    screen.draw(['one is long', 'two', 'three']);
    screen.draw(['1', '2']);
    expect(seen()).toEqual(['1', '2', '']);
  });

  it('cuts what does not fit, and says how much that is', () => {
    const { terminal, seen } = emulated(6, 4);
    new Screen(terminal).draw(['abcdefgh', 'b', 'c', 'd', 'e']);
    expect(seen()).toEqual(['abcde…', 'b', '… 3 m…', '']);
  });

  it('hides the cursor, and gives it back', () => {
    const { stream, terminal } = emulated(20, 10);
    const screen = new Screen(terminal);
    screen.close();
    expect(stream.written).toBe('');
    screen.draw(['one']);
    screen.close();
    expect(stream.written).toMatch(/\[\?25l.*one.*\[\?25h$/s);
  });
});
