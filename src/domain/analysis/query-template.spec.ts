import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeForString, QueryTemplateError, renderQuery, templateVariables } from './query-template.ts';
import { arms } from './testing/counter-history.ts';

describe('renderQuery', () => {
  it.each([
    ['up', 'up'],
    ['x{r="{{ candidate.revision }}"}', 'x{r="bbbbbbbbbb"}'],
    ['x{r="{{stable.revision}}"}', 'x{r="aaaaaaaaaa"}'],
    ['{{ namespace }}/{{  name  }}', 'ml/digits'],
    ['sum by (a) ({b="c"})', 'sum by (a) ({b="c"})'],
  ])('%s becomes %s', (template, query) => {
    expect(renderQuery(template, arms)).toBe(query);
  });

  it.each([
    [
      '{{ candidate.revison }}',
      /names {{ candidate.revison }}, which does not exist; accepted: {{ candidate.revision }}, /,
    ],
    ['{{ constructor }}', /does not exist/],
    ['{{ __proto__ }}', /does not exist/],
    ['{{ }}', /does not exist/],
    ['x{{ name', /never closes/],
  ])('%s is refused', (template, words) => {
    expect(() => renderQuery(template, arms)).toThrow(QueryTemplateError);
    expect(() => renderQuery(template, arms)).toThrow(words);
  });

  it('does not read a value as a template', () => {
    const sly = { ...arms, name: '{{ namespace }}' };
    expect(renderQuery('{{ name }}', sly)).toBe('{{ namespace }}');
  });

  it('lets no value end the string that it stands in', () => {
    const unescaped = (quote: string) => new RegExp(`(^|[^\\\\])(\\\\\\\\)*${quote}`);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', "'", '`', '\\', '\n', '\r', '{', '}') }),
        (value) => {
          const escaped = escapeForString(value);
          for (const quote of ['"', "'"]) expect(escaped).not.toMatch(unescaped(quote));
          expect(escaped).not.toMatch(/[`\n\r]/);
          // An odd number of backslashes at the end would take the closing quote with it.
          expect(/\\*$/.exec(escaped)![0].length % 2).toBe(0);
        },
      ),
    );
  });

  it('offers what the documentation says', () => {
    expect(templateVariables).toEqual([
      'candidate.revision',
      'stable.revision',
      'namespace',
      'name',
      'window',
    ]);
  });
});
