import { afterEach, describe, expect, it } from '@jest/globals';
import type { DemoState, View } from './demo-state.ts';
import { stateOf, stepping } from './testing-state.ts';
import { LiveView, openView, PlainView } from './views.ts';

const opened: View[] = [];
afterEach(() => opened.splice(0).forEach((view) => view.close()));

function screen(isTTY: boolean, rows = 40) {
  const written: string[] = [];
  let resize: () => void = () => undefined;
  const on = (_: 'resize', listener: () => void) => (resize = listener);
  return {
    written,
    resize: () => resize(),
    isTTY,
    columns: 80,
    rows,
    write: (text: string) => written.push(text),
    on,
  };
}

function open<T extends View>(view: T): T {
  opened.push(view);
  return view;
}

const state = (): DemoState => stateOf(stepping);

describe('openView', () => {
  it.each([
    [true, {}, LiveView],
    [true, { TERM: 'xterm', NO_COLOR: '1' }, LiveView],
    [true, { TERM: 'dumb' }, PlainView],
    [false, {}, PlainView],
  ])('terminal %s with %j', (isTTY, environment, kind) => {
    expect(open(openView(screen(isTTY), state, environment))).toBeInstanceOf(kind);
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
  ])('with %j has colours: %s', (environment, colors) => {
    const output = screen(true);
    open(openView(output, state, environment));
    expect(output.written.join('').includes('\u001b[36m')).toBe(colors);
  });
});

describe('PlainView', () => {
  it('writes a line for each change, and notes, and no escape sequence', () => {
    const output = screen(false);
    let now = state();
    const view = open(new PlainView(output, () => now));
    view.changed();
    view.changed();
    view.note('applied');
    now = stateOf({ ...stepping, phase: 'Paused' });
    view.changed();
    view.close();
    view.note('too late');
    expect(output.written).toHaveLength(3);
    expect(output.written[1]).toBe('[  42.0 s] applied\n');
    expect(output.written.join('')).not.toContain('\u001b');
  });
});

describe('LiveView', () => {
  it('draws over its own block only, and leaves notes above it', () => {
    const output = screen(true);
    const view = open(new LiveView(output, state, false));
    const first = output.written.at(-1) ?? '';
    const height = first.split('\n').length - 1;
    expect(first).toMatch(/^\r/);
    view.note('applied');
    expect(output.written.at(-1)).toMatch(new RegExp(`^\\u001b\\[${height}A\\r\\[ {2}42.0 s\\] applied`));
  });

  it('is never higher than the terminal', () => {
    const output = screen(true, 5);
    open(new LiveView(output, state, false));
    expect(output.written.at(-1)?.split('\n')).toHaveLength(5);
  });

  it('clears the screen when lines may have wrapped', () => {
    const output = screen(true);
    open(new LiveView(output, state, false));
    output.resize();
    expect(output.written.at(-2)).toBe('\u001b[2J\u001b[H');
  });

  it('gives the cursor back, once', () => {
    const output = screen(true);
    const view = new LiveView(output, state, false);
    expect(output.written[0]).toBe('\u001b[?25l');
    view.close();
    view.close();
    expect(output.written.filter((text) => text === '\u001b[?25h')).toHaveLength(1);
  });
});
