import { describe, expect, it } from '@jest/globals';
import { excerpt, Search } from './search.ts';

const entry = (heading: string, text: string, page = 'A page') => ({
  at: `${heading}.html`,
  page,
  heading,
  text,
});
const search = new Search([
  entry('Bake', 'The previous revision stays warm.'),
  entry('spec.strategy.canary.bake.duration', 'How long. Default: 15m.'),
  entry('Rollback', 'One write, also during the bake.'),
]);
const found = (words: string) => search.find(words, 10).map(({ heading }) => heading);

describe('the search', () => {
  it('has what a heading says before what a text says, and the whole before its parts', () => {
    expect(found('bake')).toEqual(['Bake', 'spec.strategy.canary.bake.duration', 'Rollback']);
  });

  it('finds by beginnings, by a field, and with a slip', () => {
    expect(found('roll')).toEqual(['Rollback']);
    expect(found('canary.bake.duration')).toEqual(['spec.strategy.canary.bake.duration']);
    expect(found('previus revision')).toEqual(['Bake']);
  });

  it('has what was written before what was perhaps meant, and pages before files to copy', () => {
    const places = [
      entry('holdBack', 'A share.'),
      { ...entry('rollback', 'Go back.'), at: 'examples/actions/rollback.yaml.html' },
      entry('After a rollback', 'The revision is remembered.'),
    ];
    const ranked = new Search(places).find('rollback', 10).map(({ heading }) => heading);
    expect(ranked).toEqual(['After a rollback', 'rollback', 'holdBack']);
  });

  it('finds what has all of the words, and no more than was asked for', () => {
    expect(found('bake warm')).toEqual(['Bake']);
    expect(found('nowhere')).toEqual([]);
    expect(search.find('bake', 1)).toHaveLength(1);
  });
});

describe('an excerpt', () => {
  it('is the text around the first word, with each of them marked', () => {
    const text = `${'before '.repeat(30)}the Bake (a.b) ends ${'after '.repeat(40)}`;
    const parts = excerpt(text, ['bake', 'a.b']);
    expect(parts.filter(({ isMarked }) => isMarked).map(({ text: marked }) => marked)).toEqual([
      'Bake',
      'a.b',
    ]);
    const whole = parts.map(({ text: part }) => part).join('');
    expect(whole).toMatch(/^… before .*the Bake \(a\.b\) ends after .* …$/);
    expect(whole.length).toBeLessThan(160);
  });

  it('is the beginning where no word is in it', () => {
    expect(excerpt('short', ['absent'])).toEqual([{ text: 'short', isMarked: false }]);
    expect(excerpt('short', [])).toEqual([{ text: 'short', isMarked: false }]);
  });
});
