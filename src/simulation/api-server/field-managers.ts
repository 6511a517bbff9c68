import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { FieldSchema } from './field-schema.ts';
import { closed } from './field-schema.ts';
import type { KindTraits } from './kinds.ts';
import { afterUpdate, applied, type FieldOwnership } from './server-side-apply.ts';

/** The part of an object that a write is about. */
export type ObjectPart = 'main' | 'status';

/**
 * The managed fields of all objects, beside them: the controller reads them nowhere, and an object that was never applied
 * costs nothing.
 */
export class FieldManagers {
  readonly #ownership = new Map<string, FieldOwnership>();

  /** A forced apply to one part; says also whether it changed who owns what, which makes a new version as well. */
  apply(
    traits: KindTraits,
    part: ObjectPart,
    live: KubernetesObject,
    config: KubernetesObject,
  ): { value: KubernetesObject; ownersChanged: boolean; commit: () => void } {
    const schema = schemaOfPart(traits, part);
    const id = idOf(live, part);
    const before = this.#ownership.get(id);
    const { value, ownership } = applied(
      schema,
      partOf(traits, part, live),
      partOf(traits, part, config),
      before,
    );
    const ownersChanged = !isSameOwnership(before, ownership);
    return {
      value: withPart(part, live, value),
      ownersChanged,
      commit: () => this.#ownership.set(id, ownership),
    };
  }

  /** Everything of a new object that was made by an apply is the applier's. */
  created(object: KubernetesObject): void {
    this.#ownership.set(idOf(object, 'main'), 'sole');
  }

  /** A write that was no apply. */
  updated(traits: KindTraits, before: KubernetesObject, after: KubernetesObject): void {
    for (const part of ['main', 'status'] as const) {
      const ownership = this.#ownership.get(idOf(before, part));
      if (!ownership || isSamePart(traits, part, before, after)) continue;
      const [was, is] = [partOf(traits, part, before), partOf(traits, part, after)];
      this.#ownership.set(idOf(before, part), afterUpdate(schemaOfPart(traits, part), was, is, ownership));
    }
  }

  forget(object: KubernetesObject): void {
    for (const part of ['main', 'status'] as const) this.#ownership.delete(idOf(object, part));
  }
}

const idOf = ({ metadata }: KubernetesObject, part: ObjectPart): string => `${metadata.uid} ${part}`;

const none: FieldSchema = closed([]);
const schemaOfPart = (traits: KindTraits, part: ObjectPart): FieldSchema =>
  part === 'main' ? traits.schema : (traits.status ?? none);

/** Of the metadata only what people set: the rest is the server's own. */
function partOf(traits: KindTraits, part: ObjectPart, object: KubernetesObject): KubernetesObject {
  const { apiVersion: _version, kind: _kind, metadata, status, ...rest } = object;
  if (part === 'status') return { status } as unknown as KubernetesObject;
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  const named = { labels, annotations, ownerReferences, finalizers };
  const main = { metadata: named, ...rest, ...(!traits.status && status !== undefined && { status }) };
  return main as unknown as KubernetesObject;
}

/** Whether a write left the very values of a part: an edit of the spec says nothing about who owns the status. */
function isSamePart(
  traits: KindTraits,
  part: ObjectPart,
  before: KubernetesObject,
  after: KubernetesObject,
): boolean {
  if (part === 'status') return before['status'] === after['status'];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  if (traits.status) names.delete('status');
  return [...names].every((name) => before[name] === after[name]);
}

function withPart(part: ObjectPart, live: KubernetesObject, value: KubernetesObject): KubernetesObject {
  if (part === 'status') return { ...live, status: value['status'] };
  const { labels: _l, annotations: _a, ownerReferences: _o, finalizers: _f, ...kept } = live.metadata;
  const { apiVersion, kind, status } = live;
  return {
    ...value,
    apiVersion,
    kind,
    status: value['status'] ?? status,
    metadata: { ...kept, ...value.metadata },
  };
}

function isSameOwnership(left: FieldOwnership | undefined, right: FieldOwnership): boolean {
  if (left === undefined || left === 'sole' || right === 'sole') return left === right;
  return isSameSet(left.applied, right.applied) && isSameSet(left.others, right.others);
}

const isSameSet = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size === right.size && [...left].every((item) => right.has(item));
