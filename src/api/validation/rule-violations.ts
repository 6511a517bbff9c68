import type { SchemaNode } from '../crd/schema-node.ts';
import type { Rule } from '../schema.ts';
import { holds } from './rule-environment.ts';

/** A fault in an object: where, what is there, and what would be accepted. */
export interface Problem {
  path: string;
  found: string;
  accepted: string;
}

/**
 * Every CEL rule of the schema that the value breaks: the same rules that the API server enforces, for objects that were
 * stored before it knew them. Rules about changes are left out.
 */
export function ruleViolations(node: SchemaNode, value: unknown, path: string): Problem[] {
  if (value === undefined || value === null) return [];
  return [
    ...brokenRules(node.rules, celValue(node, value), value, path),
    ...violationsBelow(node, value, path),
  ];
}

/** The rules that a value breaks, without those of its parts. */
export function brokenRules(rules: Rule[], self: unknown, value: unknown, path: string): Problem[] {
  return rules
    .filter((rule) => !rule.transition && !holds(rule.rule, self))
    .map(({ message, fieldPath = '' }) => ({
      path: `${path}${fieldPath}`.replace(/^\./, ''),
      found: inWords(valueAt(value, fieldPath)),
      accepted: message,
    }));
}

function violationsBelow(node: SchemaNode, value: unknown, path: string): Problem[] {
  if (node.items && Array.isArray(value)) {
    return value.flatMap((item, at) => ruleViolations(node.items!, item, `${path}[${at}]`));
  }
  const fields = value as Record<string, unknown>;
  const named = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    ruleViolations(child, fields[name], `${path}.${name}`),
  );
  const free = node.values
    ? Object.entries(fields).flatMap(([key, child]) => ruleViolations(node.values!, child, `${path}.${key}`))
    : [];
  return [...named, ...free];
}

/** The value as CEL sees it: integers are bigint, and of an object only what its schema names. */
export function celValue(node: SchemaNode, value: unknown): unknown {
  switch (node.type) {
    case 'integer':
      return BigInt(value as number);
    case 'intOrString':
      return typeof value === 'number' ? BigInt(value) : value;
    case 'array':
      return (value as unknown[]).map((item) => (node.items ? celValue(node.items, item) : item));
    case 'object': {
      const known = Object.entries(value as Record<string, unknown>).flatMap(([name, child]) => {
        const schema = node.properties?.[name] ?? node.values;
        return schema && child !== undefined && child !== null
          ? [[name, celValue(schema, child)] as const]
          : [];
      });
      return Object.fromEntries(known);
    }
    default:
      return value;
  }
}

function valueAt(value: unknown, fieldPath: string): unknown {
  return fieldPath
    .split('.')
    .filter(Boolean)
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], value);
}

const longest = 120;

/** A value for an error message: as JSON, cut where it is long. */
export function inWords(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
