import { type FieldSchema, itemName, memberSchema, mergesByName } from './field-schema.ts';
import { isFrozen, isSame } from './json-value.ts';

/**
 * Who owns which fields of an object, as far as the controller can tell: the fields that it applied, and those that
 * somebody set in another way (a create, also its own, counts as that). A field may be of both.
 */
export type FieldOwnership =
  /** Everything was applied, and nothing is anybody else's: the common case of a status. */
  'sole' | { applied: ReadonlySet<string>; others: ReadonlySet<string> };

/** Every owned field of a value by its path. An item of a keyed list is a field of its own, beside those in it. */
export function leavesOf(schema: FieldSchema, value: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  collect(schema, value, '', leaves);
  return leaves;
}

/** What is frozen has the same fields whenever it is asked about: they are kept with the path at which they were collected. */
const collected = new WeakMap<object, { schema: FieldSchema; path: string; leaves: Map<string, unknown> }>();
/** As deep as a pod template in its Deployment; what lies below is collected with it. */
const keptDepth = 2;

function keep(schema: FieldSchema, value: object, path: string, depth: number): Map<string, unknown> {
  const known = collected.get(value);
  if (known?.path === path && known.schema === schema) return known.leaves;
  const leaves = new Map<string, unknown>();
  collect(schema, value, path, leaves, depth);
  collected.set(value, { schema, path, leaves });
  return leaves;
}

function collect(
  schema: FieldSchema,
  value: unknown,
  path: string,
  leaves: Map<string, unknown>,
  depth = 0,
): void {
  if (value === undefined) return;
  if ((schema.type === 'list' || schema.type === 'set') && Array.isArray(value) && value.length > 0) {
    for (const item of value) {
      const at = `${path}/${itemName(schema, item)}`;
      leaves.set(at, schema.type === 'set' ? item : true);
      if (schema.type === 'list') collect(schema.items, item, at, leaves, keptDepth);
    }
    return;
  }
  const names = mergesByName(schema, value) ? Object.keys(value) : [];
  // Of an empty object or list its being there is a field; the whole object is none.
  if (names.length === 0 && path !== '') leaves.set(path, value);
  for (const name of names) {
    const member = memberSchema(schema, name);
    const field = (value as Record<string, unknown>)[name];
    if (!member) continue;
    const at = `${path}/f:${name}`;
    if (depth >= keptDepth || !isFrozen(field)) collect(member, field, at, leaves, depth + 1);
    else for (const [below, leaf] of keep(member, field, at, depth + 1)) leaves.set(below, leaf);
  }
}

/**
 * A forced apply: the live value with everything that `config` says, without what was applied before, is not named any
 * more and belongs to nobody else.
 */
export function applied<T>(
  schema: FieldSchema,
  live: T,
  config: T,
  before: FieldOwnership | undefined,
): { value: T; ownership: FieldOwnership } {
  if (before === 'sole') return { value: config, ownership: before };
  const inLive = leavesOf(schema, live);
  if (inLive.size === 0) return { value: config, ownership: 'sole' };
  const named = leavesOf(schema, config);
  const others = new Set(before?.others ?? inLive.keys());
  // Forced: what others set to something else is theirs no more.
  for (const [path, value] of named) if (!isSame(inLive.get(path), value)) others.delete(path);
  // What was applied before and is not named any more goes: nothing is left but what is applied now.
  if (others.size === 0) return { value: config, ownership: 'sole' };
  const givenUp = new Set(
    [...(before?.applied ?? [])].filter((path) => !named.has(path) && !others.has(path)),
  );
  const merged = merge(schema, live, config);
  // What went with its last field may have been named as empty.
  const value = (givenUp.size > 0 ? merge(schema, prune(schema, merged, '', givenUp), config) : merged) as T;
  return { value, ownership: { applied: new Set(named.keys()), others } };
}

/** What a write that is no apply does to the ownership: what it changed belongs to others, what it took away to nobody. */
export function afterUpdate(
  schema: FieldSchema,
  before: unknown,
  after: unknown,
  ownership: FieldOwnership,
): FieldOwnership {
  if (before === after) return ownership;
  const was = leavesOf(schema, before);
  const is = leavesOf(schema, after);
  const { applied, others: theirs } =
    ownership === 'sole' ? { applied: new Set(was.keys()), others: new Set<string>() } : ownership;
  const kept = [...applied].filter((path) => is.has(path) && isSame(was.get(path), is.get(path)));
  const others = new Set([...theirs].filter((path) => is.has(path)));
  for (const [path, value] of is) if (!isSame(was.get(path), value)) others.add(path);
  return { applied: new Set(kept), others };
}

function merge(schema: FieldSchema, live: unknown, config: unknown): unknown {
  if (config === undefined || live === undefined) return config ?? live;
  if ((schema.type === 'list' || schema.type === 'set') && Array.isArray(live) && Array.isArray(config)) {
    return mergeItems(schema, live, config);
  }
  if (!mergesByName(schema, live) || !mergesByName(schema, config)) return config;
  const merged: Record<string, unknown> = { ...live };
  for (const [name, value] of Object.entries(config)) {
    if (value !== undefined) merged[name] = merge(memberSchema(schema, name)!, live[name], value);
  }
  return merged;
}

/** The items of `config` in their order; those that only `live` has stay behind what they stood behind. */
function mergeItems(
  schema: FieldSchema & { type: 'list' | 'set' },
  live: readonly unknown[],
  config: readonly unknown[],
): unknown[] {
  const known = new Map(live.map((item) => [itemName(schema, item), item]));
  const wanted = new Set(config.map((item) => itemName(schema, item)));
  const shared = [...wanted].filter((name) => known.has(name));
  const left = [...known];
  const items: unknown[] = [];
  const takeOthersBefore = (next: string | undefined) => {
    while (left.length > 0 && left[0]![0] !== next) {
      const [name, item] = left.shift()!;
      if (!wanted.has(name)) items.push(item);
    }
  };
  for (const item of config) {
    const name = itemName(schema, item);
    takeOthersBefore(shared[0]);
    if (name === shared[0]) {
      shared.shift();
      left.shift();
    }
    items.push(schema.type === 'list' ? merge(schema.items, known.get(name), item) : item);
  }
  takeOthersBefore(undefined);
  return items;
}

function prune(schema: FieldSchema, value: unknown, path: string, gone: ReadonlySet<string>): unknown {
  if ((schema.type === 'list' || schema.type === 'set') && Array.isArray(value) && value.length > 0) {
    const items = value
      .map((item) => ({ item, at: `${path}/${itemName(schema, item)}` }))
      .filter(({ at }) => !gone.has(at))
      .map(({ item, at }) => (schema.type === 'list' ? prune(schema.items, item, at, gone) : item));
    return items.length > 0 ? items : undefined;
  }
  const looksInto = mergesByName(schema, value) && Object.keys(value).length > 0;
  // Who gave up an empty object gave up nothing of what others have put into it since.
  if (!looksInto) return gone.has(path) ? undefined : value;
  const kept = Object.entries(value).flatMap(([name, field]) => {
    const left = prune(memberSchema(schema, name)!, field, `${path}/f:${name}`, gone);
    return left === undefined ? [] : [[name, left] as const];
  });
  // Who lost its last field goes as well.
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
