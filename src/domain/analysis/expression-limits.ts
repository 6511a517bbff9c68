import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * What a condition may consist of, so that no condition and no answer can keep the controller from its other work (law 17): no
 * clock stops an evaluation, it is small by construction. Nothing in the lists makes texts or lists longer step by step, and no regular
 * expression is matched, which can take exponential time.
 */
export const parserLimits = {
  maxAstNodes: 256,
  maxDepth: 32,
  maxListElements: 64,
  maxMapEntries: 64,
  maxCallArguments: 16,
};

/** An answer with more series is not judged. */
export const mostSeries = 100;

/** Those that look at every element of a list. */
const macros = ['all', 'exists', 'exists_one', 'filter'];
const functions = ['size', 'has', 'double', 'int', 'string', 'startsWith', 'endsWith', 'contains'];

/** Why a parsed condition is not evaluated, in words; undefined where it may be. */
export function beyondLimits(node: unknown, isInMacro = false): string | undefined {
  if (Array.isArray(node)) return first(node, (part) => beyondLimits(part, isInMacro));
  if (!isNode(node)) return undefined;
  if (node.op !== 'call' && node.op !== 'rcall') return beyondLimits(node.args, isInMacro);
  const [name, ...parts] = node.args as [string, ...unknown[]];
  if (node.op === 'rcall' && macros.includes(name)) {
    const [receiver, body] = parts;
    if (isInMacro) return `${name}() stands inside another one: compare series with each other in the query`;
    if (isSum(receiver)) return `${name}() goes over a sum of lists; accepted: result, and a filter of it`;
    return beyondLimits(receiver) ?? beyondLimits(body, true);
  }
  if (!functions.includes(name)) {
    return `${name}() is not accepted here; accepted: ${[...functions, ...macros].join(', ')}`;
  }
  return beyondLimits(parts, isInMacro);
}

/** Whether anything in a condition is the variable `result`. */
export function namesResult(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(namesResult);
  if (!isNode(node)) return false;
  return (node.op === 'id' && node.args === 'result') || namesResult(node.args);
}

function isSum(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isSum);
  return isNode(node) && (node.op === '+' || isSum(node.args));
}

const isNode = (value: unknown): value is Pick<ASTNode, 'op' | 'args'> =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

function first<T>(list: readonly T[], find: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
