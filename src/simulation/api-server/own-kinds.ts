import type { z } from 'zod';
import { type SchemaNode, schemaNode } from '../../api/crd/schema-node.ts';
import { type FieldSchema, leaf, listBy, set } from './field-schema.ts';

/** How server-side apply sees a part of one of our kinds: what its CRD says, read from the same schema. */
export const schemaOf = (schema: z.ZodType): FieldSchema => toField(schemaNode(schema));

function toField({ type, kubernetes, properties = {}, values, items }: SchemaNode): FieldSchema {
  if (type === 'array') {
    if (kubernetes.listType === 'set') return set;
    if (kubernetes.listType !== 'map' || !items) return leaf;
    return listBy(kubernetes.listMapKeys ?? [], toField(items));
  }
  if (type !== 'object') return leaf;
  if (values) return { type: 'map', values: toField(values) };
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, child]) => [name, toField(child)]),
  );
  return { type: 'fields', fields, open: kubernetes.preserveUnknownFields === true };
}
