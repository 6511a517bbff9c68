import type { Rule } from '../schema.ts';
import type { SchemaNode } from './schema-node.ts';
import { UnsupportedSchemaError } from './unsupported-schema-error.ts';

/** The field that says which variant an object is. */
const discriminator = 'kind';

interface Variant {
  kind: string;
  node: SchemaNode;
}

/**
 * A structural schema knows no unions: the variants become one object with all their fields, and rules that demand and
 * forbid each field by kind.
 */
export function mergeVariants(nodes: SchemaNode[], path: string): SchemaNode {
  const variants = nodes.map((node) => toVariant(node, path));
  const names = [...new Set(variants.flatMap(({ node }) => Object.keys(node.properties ?? {})))];
  const shared = names.filter((name) => variants.every(({ node }) => node.properties?.[name]));
  const properties = Object.fromEntries(names.map((name) => [name, firstWith(variants, name)]));
  properties[discriminator] = {
    ...properties[discriminator]!,
    enum: variants.map(({ kind }) => kind),
    description: `Which kind: ${inWords(variants.map(({ kind }) => `\`${kind}\``))}.`,
  };
  return {
    description: '',
    type: 'object',
    required: shared.filter((name) => variants.every(({ node }) => node.required.includes(name))),
    properties,
    bounds: {},
    rules: [
      ...names.filter((name) => !shared.includes(name)).flatMap((name) => rulesOfField(name, variants)),
      ...variants.flatMap(({ kind, node }) => node.rules.map((rule) => onlyFor(kind, rule))),
    ],
    kubernetes: {},
  };
}

function toVariant(node: SchemaNode, path: string): Variant {
  const kind = node.properties?.[discriminator]?.enum?.[0];
  if (!kind) throw new UnsupportedSchemaError(`${path}: a variant without "${discriminator}"`);
  return { kind, node };
}

function firstWith(variants: Variant[], name: string): SchemaNode {
  return variants.find(({ node }) => node.properties?.[name])!.node.properties![name]!;
}

function rulesOfField(name: string, variants: Variant[]): Rule[] {
  const owners = variants.filter(({ node }) => node.properties?.[name]).map(({ kind }) => kind);
  const demanding = variants.filter(({ node }) => node.required.includes(name)).map(({ kind }) => kind);
  const rules: Rule[] = [
    {
      rule: `!has(self.${name}) || ${isOneOf(owners)}`,
      message: `${name} belongs to kind ${inWords(owners)} only`,
      fieldPath: `.${name}`,
    },
  ];
  if (demanding.length > 0) {
    rules.push({
      rule: `has(self.${name}) || !(${isOneOf(demanding)})`,
      message: `${name} is needed when kind is ${inWords(demanding)}`,
      fieldPath: `.${name}`,
    });
  }
  return rules;
}

const onlyFor = (kind: string, rule: Rule): Rule => ({
  ...rule,
  rule: `self.${discriminator} != '${kind}' || (${rule.rule})`,
});

const isOneOf = (kinds: string[]) => kinds.map((kind) => `self.${discriminator} == '${kind}'`).join(' || ');

const inWords = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
