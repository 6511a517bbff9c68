import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { DeleteOptions, WriteOptions } from '../../kubernetes/cluster.ts';
import {
  keyOf,
  type KubernetesObject,
  type ResourceKind,
  resourceKindOf,
} from '../../kubernetes/resource.ts';
import { apiTime } from '../../runtime/api-time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { judged } from './admission.ts';
import { withDefaultsOf } from './built-in-rules.ts';
import type { FieldManagers } from './field-managers.ts';
import { frozen, isSame } from './json-value.ts';
import { type KindTraits, traitsOf } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';

export type WriteVerb = 'create' | 'apply' | 'patch' | 'replace' | 'delete';

/** A write that was accepted, and what it left. */
export interface AcceptedWrite {
  readonly atMs: number;
  readonly user: string;
  readonly verb: WriteVerb;
  readonly kind: string;
  readonly key: string;
  readonly subresource: WriteOptions['subresource'];
  /** After the write; of a deletion the state before it. */
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
  /** The version that the writer asked for; undefined for one who writes whatever is there. */
  readonly askedVersion: string | undefined;
}

/** Refuses a write with a `ClusterError`, as a quota or a webhook would. */
export type AdmissionHook = (
  user: string,
  after: KubernetesObject,
  previous: KubernetesObject | undefined,
) => void;

interface Update {
  user: string;
  verb: WriteVerb;
  traits: KindTraits;
  before: KubernetesObject;
  after: KubernetesObject;
  subresource?: WriteOptions['subresource'];
  dryRun?: boolean;
  askedVersion?: string;
  /** Also when the content stays: a change of owners is one of the object. */
  always?: boolean;
  /** Called when it is accepted; without it the write is none of an apply. */
  own?: () => void;
}

type Noted = Pick<AcceptedWrite, 'user' | 'verb' | 'object' | 'previous'> &
  Partial<Pick<AcceptedWrite, 'subresource' | 'askedVersion'>>;

/** What uids are made of: the same run gives the same ones. */
const uidOf = (count: number): string => `5177d1e5-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;

/** The rules that every write goes through: metadata of the server's own, defaults, validation, generation, finalizers. */
export class ObjectWriter {
  readonly managers: FieldManagers;
  admit: AdmissionHook = () => {};
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #written: (write: AcceptedWrite) => void;
  readonly #absent: ReadonlySet<string>;
  readonly #judgesStatusOneIn: number;
  #updates = 0;
  #uids = 0;

  constructor(parts: {
    store: ObjectStore;
    clock: Clock;
    managers: FieldManagers;
    /** Kinds that are not installed. */
    absent: ReadonlySet<string>;
    written: (write: AcceptedWrite) => void;
    judgesStatusOneIn: number;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.managers = parts.managers;
    this.#absent = parts.absent;
    this.#written = parts.written;
    this.#judgesStatusOneIn = parts.judgesStatusOneIn;
  }

  find(kind: Pick<ResourceKind, 'kind' | 'plural'>, key: string): KubernetesObject | undefined {
    if (this.#absent.has(kind.kind)) throw this.notFound(kind, key);
    return this.#store.get(kind, key);
  }

  list(kind: Pick<ResourceKind, 'kind'>): Iterable<KubernetesObject> {
    return this.#store.list(kind);
  }

  live(kind: ResourceKind, key: string): KubernetesObject {
    const live = this.find(kind, key);
    if (!live) throw this.notFound(kind, key);
    return live;
  }

  insert(
    user: string,
    verb: WriteVerb,
    traits: KindTraits,
    given: KubernetesObject,
    dryRun: boolean | undefined,
  ): KubernetesObject {
    const { kind } = traits;
    const key = keyOf(given);
    if (this.find(kind, key)) {
      throw new ClusterError('alreadyExists', `${kind.plural} "${given.metadata.name}" already exists`, {
        status: 409,
      });
    }
    const { name, namespace } = given.metadata;
    const metadata = {
      name,
      namespace,
      ...givenMetadata(given),
      uid: uidOf((this.#uids += 1)),
      creationTimestamp: apiTime(this.#clock.now()),
      ...(traits.generation && { generation: 1 }),
    };
    const { status, ...rest } = given;
    const made = frozen(withDefaultsOf({ ...rest, ...(!traits.status && { status }), metadata }));
    const object = judged(traits, made, undefined);
    this.admit(user, object, undefined);
    if (dryRun) return object;
    if (verb === 'apply') this.managers.created(object);
    const stored = this.#store.put(kind, key, object);
    this.#note({ user, verb, object: stored, previous: undefined });
    return stored;
  }

  update({
    user,
    verb,
    traits,
    before,
    after: given,
    subresource,
    dryRun,
    askedVersion,
    always,
    own,
  }: Update): KubernetesObject {
    const asked = frozen(this.#merged(traits, before, given, subresource));
    if (!always && isSame(asked, before)) return before;
    this.#updates += 1;
    const after = judged(traits, asked, before, this.#updates % this.#judgesStatusOneIn === 0);
    this.admit(user, after, before);
    if (dryRun) return after;
    if (own) own();
    else this.managers.updated(traits, before, after);
    const stored = this.#store.put(traits.kind, keyOf(before), after);
    this.#note({ user, verb, object: stored, previous: before, subresource, askedVersion });
    if (stored.metadata.deletionTimestamp && !stored.metadata.finalizers?.length && !traits.graceful) {
      this.#remove(traits, stored);
    }
    return stored;
  }

  delete(
    user: string,
    traits: KindTraits,
    live: KubernetesObject,
    { propagation, resourceVersion: askedVersion, force = false }: DeleteOptions & { force?: boolean },
  ): void {
    const waits = { Foreground: ['foregroundDeletion'], Orphan: ['orphan'], Background: [] };
    const finalizers = [...(live.metadata.finalizers ?? []), ...waits[propagation ?? 'Background']];
    const graceSeconds = this.#graceSeconds(traits, live, force);
    if (finalizers.length === 0 && graceSeconds === 0) {
      this.#remove(traits, live);
      this.#note({ user, verb: 'delete', object: live, previous: live, askedVersion });
      return;
    }
    if (live.metadata.deletionTimestamp) return;
    const { generation } = live.metadata;
    const metadata = {
      ...live.metadata,
      ...(finalizers.length > 0 && { finalizers: [...new Set(finalizers)] }),
      ...(generation !== undefined && { generation: generation + 1 }),
      deletionTimestamp: apiTime(this.#clock.now() + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    };
    const marked = this.#store.put(traits.kind, keyOf(live), { ...live, metadata });
    this.#note({ user, verb: 'delete', object: marked, previous: live, askedVersion });
  }

  restore(object: KubernetesObject): KubernetesObject {
    const kind = resourceKindOf(object);
    const before = this.#store.get(kind, keyOf(object));
    const metadata = {
      creationTimestamp: apiTime(this.#clock.now()),
      generation: 1,
      ...object.metadata,
      uid: object.metadata.uid ?? before?.metadata.uid ?? uidOf((this.#uids += 1)),
    };
    const restored = frozen({ ...object, metadata });
    if (before) this.managers.updated(traitsOf(kind), before, restored);
    return this.#store.put(kind, keyOf(object), restored);
  }

  notFound(kind: Pick<ResourceKind, 'plural'>, key: string): ClusterError {
    return new ClusterError('notFound', `${kind.plural} "${key}" not found`, { status: 404 });
  }

  /** Seconds that a pod has to end; one that was never given to a node has nothing to end. */
  #graceSeconds({ graceful }: KindTraits, { spec }: KubernetesObject, force: boolean): number {
    if (!graceful || force || !spec?.nodeName) return 0;
    return spec.terminationGracePeriodSeconds ?? 30;
  }

  #remove({ kind }: KindTraits, object: KubernetesObject): void {
    this.managers.forget(object);
    this.#store.remove(kind, keyOf(object));
  }

  /** Only the part that the request is about, with the metadata that is the server's own. */
  #merged(
    traits: KindTraits,
    before: KubernetesObject,
    given: KubernetesObject,
    subresource: WriteOptions['subresource'],
  ): KubernetesObject {
    if (subresource === 'status') return { ...before, status: given['status'] };
    const metadata = { ...before.metadata, ...givenMetadata(given) };
    const status: unknown = traits.status ? before['status'] : given['status'];
    const after = withDefaultsOf({ ...given, metadata, status });
    if (!traits.generation || sameDesire(before, after)) return after;
    return { ...after, metadata: { ...metadata, generation: (before.metadata.generation ?? 0) + 1 } };
  }

  #note({ subresource, askedVersion, ...write }: Noted): void {
    const { kind } = write.object;
    const at = { atMs: this.#clock.monotonic(), kind, key: keyOf(write.object) };
    this.#written({ ...at, ...write, subresource, askedVersion });
  }
}

/** What people set of the metadata. What is empty is left out, as the API does. */
function givenMetadata({ metadata }: KubernetesObject) {
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  const filled = <T extends object>(value: T | undefined) =>
    value && Object.keys(value).length > 0 ? value : undefined;
  return {
    labels: filled(labels),
    annotations: filled(annotations),
    ownerReferences: filled(ownerReferences),
    finalizers: filled(finalizers),
  };
}

/** Everything but metadata and status. */
function sameDesire(left: KubernetesObject, right: KubernetesObject): boolean {
  const desire = ({ metadata: _m, status: _s, ...rest }: KubernetesObject) => rest;
  return isSame(desire(left), desire(right));
}
