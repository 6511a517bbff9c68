import { isObject } from './json-value.ts';

/**
 * How server-side apply sees a field.
 *
 * `leaf` is owned and replaced as a whole: scalars, atomic lists and maps. `fields` and `map` merge by name, `list` merges
 * by the keys of its items, `set` by its values. `deduced` is a field without a schema: objects merge, all else is a leaf.
 */
export type FieldSchema =
  | { type: 'leaf' }
  | { type: 'deduced' }
  | { type: 'set' }
  | { type: 'map'; values: FieldSchema }
  /** `open`: other fields are kept, and deduced; otherwise a field that is not named is refused. */
  | { type: 'fields'; fields: Readonly<Record<string, FieldSchema>>; open: boolean }
  | {
      type: 'list';
      keys: readonly string[];
      keyDefaults: Readonly<Record<string, unknown>>;
      items: FieldSchema;
    };

export const leaf: FieldSchema = { type: 'leaf' };
export const deduced: FieldSchema = { type: 'deduced' };
export const set: FieldSchema = { type: 'set' };
export const mapOf = (values: FieldSchema): FieldSchema => ({ type: 'map', values });
export const open = (fields: Record<string, FieldSchema> = {}): FieldSchema => ({
  type: 'fields',
  fields,
  open: true,
});
/** Exactly these fields; those that are only named are leaves. */
export const closed = (names: readonly string[], fields: Record<string, FieldSchema> = {}): FieldSchema => ({
  type: 'fields',
  fields: { ...Object.fromEntries(names.map((name) => [name, leaf])), ...fields },
  open: false,
});
export const listBy = (
  keys: readonly string[],
  items: FieldSchema = deduced,
  keyDefaults: Record<string, unknown> = {},
): FieldSchema => ({ type: 'list', keys, keyDefaults, items });

/** The schema of a member of an object; undefined for a field that is not allowed. */
export function memberSchema(schema: FieldSchema, name: string): FieldSchema | undefined {
  if (schema.type === 'map') return schema.values;
  if (schema.type !== 'fields') return deduced;
  return schema.fields[name] ?? (schema.open ? deduced : undefined);
}

/** Objects under this schema are looked into. */
export const mergesByName = (schema: FieldSchema, value: unknown): value is Record<string, unknown> =>
  isObject(value) && (schema.type === 'fields' || schema.type === 'map' || schema.type === 'deduced');

/** The name of an item of a keyed list or a set, as it stands in a path. */
export function itemName(schema: FieldSchema, item: unknown): string {
  if (schema.type !== 'list' || !isObject(item)) return `v:${JSON.stringify(item)}`;
  return `k:${JSON.stringify(schema.keys.map((key) => item[key] ?? schema.keyDefaults[key] ?? null))}`;
}

/** The first field that the schema does not know, as a path; undefined when it knows all. */
export function unknownField(schema: FieldSchema, value: unknown, path = ''): string | undefined {
  if (schema.type === 'list' && Array.isArray(value)) {
    return first(value, (item, at) => unknownField(schema.items, item, `${path}[${at}]`));
  }
  if (!mergesByName(schema, value) || schema.type === 'deduced') return undefined;
  return first(Object.keys(value), (name) => {
    const member = memberSchema(schema, name);
    const at = path ? `${path}.${name}` : name;
    return member ? unknownField(member, value[name], at) : at;
  });
}

function first<T>(
  items: readonly T[],
  find: (item: T, at: number) => string | undefined,
): string | undefined {
  for (const [at, item] of items.entries()) {
    const found = find(item, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
