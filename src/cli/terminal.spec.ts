import { describe, expect, it } from '@jest/globals';
import { programOf, terminalOf } from './terminal.ts';

describe('a terminal', () => {
  it.each([
    ['/usr/lib/node_modules/understudy/dist/cli.js', 'understudy'],
    ['/usr/local/bin/understudy', 'understudy'],
    ['/home/ann/.krew/bin/kubectl-understudy', 'kubectl understudy'],
    ['C:\\tools\\kubectl-understudy.cmd', 'kubectl understudy'],
    [undefined, 'understudy'],
  ])('%s is called as %s', (path, program) => expect(programOf(path)).toBe(program));

  it('has a size where a person looks, and none elsewhere', () => {
    const stream = { isTTY: true, columns: 100, rows: 30, write: () => undefined };
    expect(terminalOf(stream, stream, {}).size()).toEqual({ columns: 100, rows: 30 });
    const pipe = { write: () => undefined };
    expect(terminalOf(pipe, pipe, {}).size()).toEqual({ columns: Infinity, rows: Infinity });
  });

  it('has colours where a person looks at the output, and never with NO_COLOR', () => {
    const screen = { isTTY: true, write: () => undefined };
    const pipe = { isTTY: false, write: () => undefined };
    const red = (terminal: ReturnType<typeof terminalOf>) => terminal.style('red', 'x');
    expect(red(terminalOf(screen, pipe, {}))).not.toBe('x');
    expect(red(terminalOf(screen, screen, { NO_COLOR: '1' }))).toBe('x');
    expect(red(terminalOf(pipe, screen, {}))).toBe('x');
  });
});
