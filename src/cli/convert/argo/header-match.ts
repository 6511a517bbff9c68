import type { TesterMatch } from '../../../api/strategy/match.ts';
import type { SourceNode } from '../source-node.ts';
import { valueMatch } from '../value-match.ts';

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
