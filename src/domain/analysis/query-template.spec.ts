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
      'measure.timeToFirstToken',
      'measure.interTokenLatency',
      'measure.queue',
      'measure.cache',
      'measure.tokensPerSecond',
      'measure.costPer1kTokens',
    ]);
  });
});

describe('measures by name', () => {
  const measures = (kind: string) => (kind === 'queue' ? '(avg(waiting))' : undefined);

  it('stand in a query as an expression over its window', () => {
    expect(renderQuery('2 * {{ measure.queue }}', { ...arms, measures })).toBe('2 * (avg(waiting))');
    const window = (_kind: string, _arms: unknown, windowMs: number) => `${windowMs}`;
    expect(renderQuery('{{ measure.queue }}', { ...arms, measures: window, windowMs: 5 })).toBe('5');
  });

  it('law 9: are no number where the model server does not have them', () => {
    const words = /names {{ measure.cache }}, which the model server does not have/;
    expect(() => renderQuery('{{ measure.cache }}', { ...arms, measures })).toThrow(words);
    expect(() => renderQuery('{{ measure.cache }}', arms)).toThrow(words);
    expect(() => renderQuery('{{ measure.speed }}', { ...arms, measures })).toThrow(
      /does not exist; accepted/,
    );
  });
});
