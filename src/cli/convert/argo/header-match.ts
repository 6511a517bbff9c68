import type { TesterMatch } from '../../../api/strategy/match.ts';
import type { SourceNode } from '../source-node.ts';

type HeaderMatch = NonNullable<TesterMatch['headers']>[number];

/** How a value is compared: exactly, by a regular expression, or by a beginning or end, which are regular expressions here. */
export function valueMatch(node: SourceNode): Pick<HeaderMatch, 'type' | 'value'> | undefined {
  const exact = node.at('exact').text();
  const regex = node.at('regex').text();
  const prefix = node.at('prefix').text();
  const suffix = node.at('suffix').text();
  if (exact !== undefined) return { value: exact };
  if (regex !== undefined) return { type: 'RegularExpression', value: regex };
  if (prefix !== undefined) return { type: 'RegularExpression', value: `^${escaped(prefix)}.*` };
  if (suffix !== undefined) return { type: 'RegularExpression', value: `.*${escaped(suffix)}$` };
  return undefined;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The first of the header rules: a match here has one. Undefined where there is none. */
export function headerMatch(node: SourceNode): TesterMatch | undefined {
  const [first, ...others] = node.items();
  if (!first) return undefined;
  for (const other of others)
    other.dropped('a match has one rule here; either may stand for testers, so the first is taken');
  const name = first.at('headerName').text();
  const value = valueMatch(first.at('headerValue'));
  if (name === undefined || !value) {
    first.dropped('neither exact, regex nor prefix is given');
    return undefined;
  }
  return { headers: [{ name, ...value }] };
}
