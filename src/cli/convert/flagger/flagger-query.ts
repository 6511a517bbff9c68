import { checkQuery } from '../../../domain/analysis/check-expressions.ts';
import { labelName } from '../names.ts';
import type { SourceNode } from '../source-node.ts';

/**
 * What variables of a query stand for here. The target of a Canary is its candidate there: its Deployment and the Service behind
 * `-canary` have the name of the candidate's revision here, those behind `-primary` that of the stable one.
 */
const replaced: readonly (readonly [RegExp, string])[] = [
  [/\{\{\s*(?:target|service)\s*\}\}-primary(?![a-z0-9])/g, '{{ name }}-{{ stable.revision }}'],
  [/\{\{\s*(?:target|service)\s*\}\}-canary(?![a-z0-9])/g, '{{ name }}-{{ candidate.revision }}'],
  [/\{\{\s*target\s*\}\}/g, '{{ name }}-{{ candidate.revision }}'],
  [/\{\{\s*service\s*\}\}/g, '{{ name }}'],
  [/\{\{\s*name\s*\}\}/g, '{{ name }}'],
  [/\{\{\s*namespace\s*\}\}/g, '{{ namespace }}'],
  [/\{\{\s*interval\s*\}\}/g, '{{ window }}'],
  [/\{\{\s*ingress\s*\}\}/g, '{{ args.ingress }}'],
];

/** A query for Prometheus in our words. */
export interface FlaggerQuery {
  query: string;
  /** The arguments that it names. */
  args: string[];
}

/** Reads a query; undefined where it cannot be asked. */
export function flaggerQuery(node: SourceNode): FlaggerQuery | undefined {
  const given = node.text()?.trim();
  if (given === undefined || given === '') return undefined;
  const own = replaced.reduce((query, [pattern, here]) => query.replace(pattern, here), given);
  const query = own.replace(
    /\{\{\s*variables\.([^}\s]+)\s*\}\}/g,
    (_, name: string) => `{{ args.${labelName(name)} }}`,
  );
  if (/\{\{\s*(?:target|service)\s*\}\}/.test(given)) {
    node.changed(
      'target and service became {{ name }}-{{ candidate.revision }} and {{ name }}: look at whether the series have these names (docs/converting.md)',
    );
  }
  const [problem] = checkQuery({ query: query.replace(/\{\{ args\.[^}]+\}\}/g, '1') });
  if (problem) {
    node.dropped(`${problem.words}; the metric is left out`);
    return undefined;
  }
  const args = [...query.matchAll(/\{\{ args\.([^}\s]+) \}\}/g)].map(([, name]) => name!);
  return { query, args: [...new Set(args)] };
}
