import { escapeForString } from './query-template.ts';

/** An argument that the query of a template names does not exist, or its value cannot stand where it is used. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** What stands outside of a string is one word of PromQL, so that no value can bring an expression of its own. */
const word = /^(\d+(\.\d+)?([eE][+-]?\d+)?|(\d+(ms|[smhdwy]))+|[a-zA-Z_:][a-zA-Z0-9_:]*)$/;

/**
 * The query of a template with `{{ args.NAME }}` replaced; other variables stay as they are. Throws `ArgumentError`.
 *
 * Inside of a string a value is escaped, so that nothing in it ends the string or names a variable; in a matcher with `=~` it is a
 * regular expression, if the template's author wants it so.
 */
export function withArguments(query: string, values: ReadonlyMap<string, string>): string {
  let rendered = '';
  let quote: string | undefined;
  for (let at = 0; at < query.length;) {
    const char = query[at]!;
    const end = query.startsWith('{{', at) ? query.indexOf('}}', at) : -1;
    if (end >= 0) {
      const variable = query.slice(at + 2, end).trim();
      const isArgument = variable.startsWith('args.');
      rendered += isArgument ? valueOf(variable, values, quote) : query.slice(at, end + 2);
      at = end + 2;
      continue;
    }
    // A backslash takes the next character with it, but not in a raw string.
    const length = char === '\\' && quote !== undefined && quote !== '`' ? 2 : 1;
    rendered += query.slice(at, at + length);
    at += length;
    if (quote === undefined) quote = opening(char);
    else if (length === 1 && char === closing(quote)) quote = undefined;
  }
  return rendered;
}

/** A comment ends with its line, a string with the quote that began it. */
const opening = (char: string): string | undefined => ('"\'`#'.includes(char) ? char : undefined);
const closing = (quote: string): string => (quote === '#' ? '\n' : quote);

function valueOf(variable: string, values: ReadonlyMap<string, string>, quote: string | undefined): string {
  const name = variable.slice('args.'.length);
  const value = values.get(name);
  if (value === undefined) {
    throw new ArgumentError(
      `the query names {{ ${variable} }}, which is not declared; declared: ${[...values.keys()].join(', ') || 'none'}`,
    );
  }
  if (quote === '#') return '';
  if (quote !== undefined) return escapeForString(value).replaceAll('{', '\\x7b');
  if (word.test(value)) return value;
  throw new ArgumentError(
    `argument ${name} stands outside of a string in the query: found ${JSON.stringify(value)}; accepted: a number, a duration such as 5m, or a name`,
  );
}
