import { styleText } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { branchLines, columns, fit, paragraph, visibleWidth } from './layout.ts';

const red = (text: string) => styleText('red', text, { validateStream: false });

describe('layout', () => {
  it('counts what can be seen', () => {
    expect(visibleWidth(red('a → b'))).toBe(5);
  });

  it('cuts what is too wide where it can be seen, and ends its styles', () => {
    expect(fit('abcdef', 6)).toBe('abcdef');
    expect(fit('abcdef', 4)).toBe('abc…');
    expect(fit(`ab${red('cdef')}gh`, 5)).toBe(`ab${red('cd…')}`);
    expect(fit(`${red('abc')}defg`, 5)).toBe(`${red('abc')}d…`);
  });

  it('wraps at words, and cuts none', () => {
    expect(paragraph('one two three fourfivesixseveneightnine ten', '  ', 24)).toEqual([
      '  one two three',
      '  fourfivesixseveneightnine',
      '  ten',
    ]);
  });

  it('keeps a number with its unit, and odds together', () => {
    expect(paragraph('it is at about 0.92 %', '', 20)).toEqual(['it is at about', '0.92 %']);
    expect(paragraph('harm is proved at 100 : 1', '', 21)).toEqual(['harm is proved at', '100 : 1']);
  });

  it('makes columns as wide as the widest that can be seen', () => {
    expect(columns([['a', red('bb'), 'c'], ['aaa', 'b'], []])).toEqual([
      `a     ${red('bb')}   c`,
      'aaa   b',
      '',
    ]);
  });

  it('holds branches together', () => {
    const lines = branchLines([
      { lines: ['one', 'goes on'], children: [{ lines: ['below'] }, { lines: ['last'] }] },
      { lines: ['two', 'goes on'] },
    ]);
    expect(lines).toEqual([
      '├─ one',
      '│  │  goes on',
      '│  ├─ below',
      '│  └─ last',
      '└─ two',
      '      goes on',
    ]);
  });
});
