import type { TesterMatch } from '../../api/strategy/match.ts';
import type { SourceNode } from './source-node.ts';

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
