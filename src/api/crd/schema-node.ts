import { z } from 'zod';
import type { KubernetesMeta, Rule } from '../schema.ts';
import { mergeVariants } from './merge-variants.ts';
import { UnsupportedSchemaError } from './unsupported-schema-error.ts';

/**
 * A node of a structural schema, as Kubernetes demands it of a CRD: one type, no unions. CRDs, reference pages and validation
 * at the edge are all made from this one tree.
 */
export interface SchemaNode {
  description: string;
  type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'intOrString';
  required: string[];
  properties?: Record<string, SchemaNode>;
  /** Values of a map with free keys. */
  values?: SchemaNode;
  items?: SchemaNode;
  enum?: string[];
  bounds: Bounds;
  rules: Rule[];
  kubernetes: Omit<KubernetesMeta, 'rules' | 'maxProperties'>;
}

export interface Bounds {
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
}

/** What zod makes of a schema, as far as our schemas go. */
export interface JsonSchema extends Bounds {
  type?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  kubernetes?: KubernetesMeta;
}

export function schemaNode(schema: z.ZodType): SchemaNode {
  return toNode(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as JsonSchema, '');
}

/** Converts one node of zod's JSON Schema; `path` is for errors. */
export function toNode(schema: JsonSchema, path: string): SchemaNode {
  const { rules = [], maxProperties, ...kubernetes } = schema.kubernetes ?? {};
  const description = schema.description ?? '';
  if (kubernetes.intOrString)
    return { description, type: 'intOrString', required: [], bounds: {}, rules, kubernetes };
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) {
    const nodes = variants.map((variant) => toNode(variant, path));
    return { ...mergeVariants(nodes, path), description };
  }
  const node: SchemaNode = {
    description,
    type: typeOf(schema, path),
    required: schema.required ?? [],
    bounds: boundsOf(schema, maxProperties),
    rules,
    kubernetes,
  };
  if (schema.properties) {
    node.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, child]) => [name, toNode(child, `${path}.${name}`)]),
    );
  }
  if (schema.items) node.items = toNode(schema.items, `${path}[]`);
  // An object that keeps unknown fields says so with an empty schema; a map says what its values are.
  const extra = schema.additionalProperties;
  if (typeof extra === 'object' && !kubernetes.preserveUnknownFields)
    node.values = toNode(extra, `${path}.*`);
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) node.enum = values.map(String);
  return node;
}

const types = ['object', 'array', 'string', 'integer', 'number', 'boolean'] as const;

function typeOf(schema: JsonSchema, path: string): SchemaNode['type'] {
  const type = types.find((known) => known === schema.type);
  if (!type)
    throw new UnsupportedSchemaError(`${path || 'the root'}: no structural schema for type ${schema.type}`);
  return type;
}

function boundsOf(schema: JsonSchema, maxProperties: number | undefined): Bounds {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const all = { minimum, maximum, minLength, maxLength, minItems, maxItems, maxProperties };
  // zod bounds every integer by what a double can count; that is no rule of ours.
  const ours = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  return Object.fromEntries(Object.entries(all).filter(([, bound]) => ours(bound)));
}
