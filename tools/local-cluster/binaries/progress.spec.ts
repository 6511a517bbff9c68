import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { textProgress } from './progress.ts';

const output = (isTTY: boolean) => {
  const lines: string[] = [];
  return { isTTY, lines, write: (text: string) => lines.push(text) };
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('textProgress', () => {
  it('counts seconds on a terminal and says what it does and why', () => {
    const terminal = output(true);
    const step = textProgress(terminal).begin('tool 1.0: build', 'about 2 minutes');
    step.update('3 packages');
    jest.advanceTimersByTime(2000);
    step.end('done');
    const text = terminal.lines.join('');
    expect(text).toContain('tool 1.0: build: about 2 minutes');
    expect(text).toContain('(3 packages) 2 s');
    expect(text).toContain('done (2 s)');
  });

  it('writes a line every 20 seconds elsewhere, and none after the end', () => {
    const log = output(false);
    const step = textProgress(log).begin('tool');
    jest.advanceTimersByTime(45_000);
    expect(log.lines).toEqual(['tool ...\n', '  tool 20 s\n', '  tool 40 s\n']);
    step.end('done');
    jest.advanceTimersByTime(60_000);
    expect(log.lines).toHaveLength(4);
    expect(log.lines.join('')).not.toContain('\u001b');
  });
});
