import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, withArguments } from './template-arguments.ts';

const values = (given: Record<string, string>) => new Map(Object.entries(given));

describe('withArguments', () => {
  it.each<[string, Record<string, string>, string]>([
    ['x{team="{{ args.team }}"}', { team: 'search' }, 'x{team="search"}'],
    ['x{team="{{args.team}}"}', { team: 'a"} or up{job="b' }, 'x{team="a\\x22} or up\\x7bjob=\\x22b"}'],
    ["x{team='{{ args.team }}'}", { team: "it's" }, "x{team='it\\x27s'}"],
    ['x{team=~"{{ args.team }}"}', { team: 'a.*|b\\d' }, 'x{team=~"a.*|b\\\\d"}'],
    ['x{a="\\"{{ args.a }}"}[{{ args.w }}]', { a: ') or (', w: '5m' }, 'x{a="\\") or ("}[5m]'],
    ['{{ args.metric }}{a=`{{ args.a }}`}', { metric: 'job:x:rate5m', a: '`' }, 'job:x:rate5m{a=`\\x60`}'],
    ['quantile({{ args.q }}, x)', { q: '0.99' }, 'quantile(0.99, x)'],
    ['x # of {{ args.team }}\n> {{ args.n }}', { team: 'a\nup', n: '1e-3' }, 'x # of \n> 1e-3'],
    // Other variables are for later, and no value can name one.
    [
      'x{r="{{ candidate.revision }}", a="{{ args.a }}"}',
      { a: '{{ name }}' },
      'x{r="{{ candidate.revision }}", a="\\x7b\\x7b name }}"}',
    ],
  ])('%s with %j', (query, given, expected) => {
    expect(withArguments(query, values(given))).toBe(expected);
  });

  it.each(['', '1 or up', '-1', 'a b', 'up)', '5m]', '"a"', '{{ name }}', '0.5.5', 'x{}'])(
    'refuses %j outside of a string',
    (value) => {
      expect(() => withArguments('x > {{ args.a }}', values({ a: value }))).toThrow(ArgumentError);
      expect(() => withArguments('x > {{ args.a }}', values({ a: value }))).toThrow(
        /argument a stands outside of a string.*accepted: a number, a duration such as 5m, or a name/,
      );
    },
  );

  it('names what is declared where the query asks for something else', () => {
    expect(() => withArguments('{{ args.team }}', values({ a: '1', b: '2' }))).toThrow(
      /names {{ args.team }}, which is not declared; declared: a, b/,
    );
  });

  it('law 17: whatever a value is, the query keeps its form', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '1', '"', "'", '`', '\\', '\n', '{', '}', '#', ')', ' '),
    });
    const formOf = (query: string) => {
      const nodes: string[] = [];
      parser.parse(query).iterate({ enter: ({ name }) => void nodes.push(name) });
      return nodes.join(' ');
    };
    const template = `sum(x{a="{{ args.a }}", b='{{ args.a }}', c="d"}) by (e) > 1`;
    const plain = formOf(withArguments(template, values({ a: 'a' })));
    fc.assert(
      fc.property(text, (a) => {
        expect(formOf(withArguments(template, values({ a })))).toBe(plain);
      }),
    );
  });
});
