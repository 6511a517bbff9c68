import type { Rule } from '../schema.ts';
import type { SchemaNode } from './schema-node.ts';
import { UnsupportedSchemaError } from './unsupported-schema-error.ts';

/** Fields that may say which variant an object is. */
const discriminators = ['kind', 'type'] as const;
type Discriminator = (typeof discriminators)[number];

interface Variant {
  kind: string;
  node: SchemaNode;
}

/**
 * A structural schema knows no unions: the variants become one object with all their fields, and rules that demand and
 * forbid each field by kind.
 */
export function mergeVariants(nodes: SchemaNode[], path: string): SchemaNode {
  const discriminator = discriminatorOf(nodes, path);
  const variants = nodes.map((node) => ({ kind: saidBy(node, discriminator)!, node }));
  const names = [...new Set(variants.flatMap(({ node }) => Object.keys(node.properties ?? {})))];
  const shared = names.filter((name) => variants.every(({ node }) => node.properties?.[name]));
  const properties = Object.fromEntries(names.map((name) => [name, firstWith(variants, name)]));
  properties[discriminator] = {
    ...properties[discriminator]!,
    enum: variants.map(({ kind }) => kind),
    description: `Which ${discriminator}: ${inWords(variants.map(({ kind }) => `\`${kind}\``))}.`,
  };
  return {
    description: '',
    type: 'object',
    required: shared.filter((name) => variants.every(({ node }) => node.required.includes(name))),
    properties,
    bounds: {},
    rules: [
      ...names.flatMap((name) => rulesOfField(name, variants, discriminator)),
      ...variants.flatMap(({ kind, node }) => node.rules.map((rule) => onlyFor(discriminator, kind, rule))),
    ],
    kubernetes: {},
  };
}

/** The field of which each variant has one value only. */
function discriminatorOf(nodes: SchemaNode[], path: string): Discriminator {
  const found = discriminators.find((name) => nodes.every((node) => saidBy(node, name) !== undefined));
  if (found) return found;
  throw new UnsupportedSchemaError(`${path}: a variant without one value of "kind" or "type"`);
}

function saidBy(node: SchemaNode, discriminator: Discriminator): string | undefined {
  const values = node.properties?.[discriminator]?.enum;
  return values?.length === 1 ? values[0] : undefined;
}

function firstWith(variants: Variant[], name: string): SchemaNode {
  return variants.find(({ node }) => node.properties?.[name])!.node.properties![name]!;
}

function rulesOfField(name: string, variants: Variant[], discriminator: Discriminator): Rule[] {
  const owners = variants.filter(({ node }) => node.properties?.[name]).map(({ kind }) => kind);
  const demanding = variants.filter(({ node }) => node.required.includes(name)).map(({ kind }) => kind);
  const rules: Rule[] = [];
  if (owners.length < variants.length) {
    rules.push({
      rule: `!has(self.${name}) || ${isOneOf(discriminator, owners)}`,
      message: `${name} belongs to ${discriminator} ${inWords(owners)} only`,
      fieldPath: `.${name}`,
    });
  }
  // What all demand, the schema itself does.
  if (demanding.length > 0 && demanding.length < variants.length) {
    rules.push({
      rule: `has(self.${name}) || !(${isOneOf(discriminator, demanding)})`,
      message: `${name} is needed when ${discriminator} is ${inWords(demanding)}`,
      fieldPath: `.${name}`,
    });
  }
  return rules;
}

const onlyFor = (discriminator: Discriminator, kind: string, rule: Rule): Rule => ({
  ...rule,
  rule: `self.${discriminator} != '${kind}' || (${rule.rule})`,
});

const isOneOf = (discriminator: Discriminator, kinds: string[]) =>
  kinds.map((kind) => `self.${discriminator} == '${kind}'`).join(' || ');

const inWords = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
