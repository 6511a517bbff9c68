import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type {
  DeleteOptions,
  EvictOptions,
  JsonPatchOperation,
  ObjectName,
  WriteOptions,
} from '../../kubernetes/cluster.ts';
import {
  keyOf,
  type KubernetesObject,
  type ResourceKind,
  resourceKindOf,
  resourceKinds,
} from '../../kubernetes/resource.ts';
import { invalid } from './admission.ts';
import { withDefaultsOf } from './built-in-rules.ts';
import { requireAllowedByBudget } from './disruption-budgets.ts';
import { isSame } from './json-value.ts';
import { patched } from './json-patch.ts';
import { type KindTraits, traitsOf } from './kinds.ts';
import type { ObjectWriter, WriteVerb } from './object-writer.ts';
import { replicasOf, scaleOf } from './scale.ts';

/**
 * The verbs of the API for one user, each at one moment of the virtual clock: what arrives is done at once. Errors: `ClusterError`s as
 * the real API server's. What is returned is frozen.
 */
export class ApiRequests {
  readonly #writer: ObjectWriter;
  readonly #user: string;

  constructor(writer: ObjectWriter, user: string) {
    this.#writer = writer;
    this.#user = user;
  }

  get(kind: ResourceKind, name: ObjectName): KubernetesObject {
    return this.#writer.live(kind, keyOf({ metadata: name }));
  }

  create(object: KubernetesObject, { dryRun }: WriteOptions = {}): KubernetesObject {
    const traits = traitsOf(resourceKindOf(object));
    if (object.metadata.resourceVersion)
      throw invalid(object, 'metadata.resourceVersion should not be set on objects to be created');
    return this.#writer.insert(this.#user, 'create', traits, object, dryRun);
  }

  apply(object: KubernetesObject, { subresource, dryRun }: WriteOptions = {}): KubernetesObject {
    const traits = traitsOf(resourceKindOf(object));
    const live = this.#writer.find(traits.kind, keyOf(object));
    const { uid, resourceVersion } = object.metadata;
    if (!live) {
      if (uid) throw this.#changed(object, 'is gone');
      if (subresource) throw this.#writer.notFound(traits.kind, keyOf(object));
      return this.#writer.insert(this.#user, 'apply', traits, object, dryRun);
    }
    this.#requireSame(live, { uid, resourceVersion });
    const part = subresource === 'status' ? 'status' : 'main';
    const result = this.#writer.managers.apply(traits, part, live, object);
    return this.#writer.update({
      user: this.#user,
      verb: 'apply',
      traits,
      before: live,
      after: result.value,
      subresource,
      dryRun,
      askedVersion: resourceVersion,
      always: result.ownersChanged,
      own: result.commit,
    });
  }

  patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: readonly JsonPatchOperation[],
    { subresource, dryRun }: WriteOptions = {},
  ): KubernetesObject {
    const live = this.get(kind, name);
    if (subresource === 'scale') return this.#scale(live, patched(scaleOf(live), operations), dryRun);
    const asked = operations.find(({ op, path }) => op === 'test' && path === '/metadata/resourceVersion');
    const askedVersion = asked && 'value' in asked ? (asked.value as string) : undefined;
    return this.#update('patch', live, patched(live, operations), { subresource, dryRun, askedVersion });
  }

  replace(object: KubernetesObject, { subresource, dryRun }: WriteOptions = {}): KubernetesObject {
    const kind = resourceKindOf(object);
    const { uid, resourceVersion } = object.metadata;
    const live = this.#writer.find(kind, keyOf(object));
    if (!live) {
      if (uid) throw this.#changed(object, 'is gone');
      if (!traitsOf(kind).createsOnReplace || subresource) throw this.#writer.notFound(kind, keyOf(object));
      return this.#writer.insert(this.#user, 'replace', traitsOf(kind), object, dryRun);
    }
    this.#requireSame(live, { uid, resourceVersion });
    if (subresource === 'scale') return this.#scale(live, object, dryRun);
    return this.#update('replace', live, object, { subresource, dryRun, askedVersion: resourceVersion });
  }

  /** `force`: at once, whatever time its kind is given to end; finalizers are waited for all the same. */
  delete(kind: ResourceKind, name: ObjectName, options: DeleteOptions & { force?: boolean } = {}): void {
    const live = this.get(kind, name);
    this.#requireSame(live, options);
    this.#writer.delete(this.#user, traitsOf(kind), live, options);
  }

  /** Computes what the budget allows in this moment; a real server goes by what its controller wrote last. */
  evict(name: ObjectName, { uid, resourceVersion, dryRun }: EvictOptions = {}): void {
    const { pod, podDisruptionBudget, deployment } = resourceKinds;
    const live = this.get(pod, name);
    this.#requireSame(live, { uid, resourceVersion });
    requireAllowedByBudget(live, {
      budgets: [...this.#writer.list(podDisruptionBudget)],
      pods: [...this.#writer.list(pod)],
      deployments: [...this.#writer.list(deployment)],
    });
    if (!dryRun) this.#writer.delete(this.#user, traitsOf(pod), live, { resourceVersion });
  }

  #update(
    verb: WriteVerb,
    before: KubernetesObject,
    after: KubernetesObject,
    options: WriteOptions & { askedVersion: string | undefined },
  ): KubernetesObject {
    const traits = traitsOf(before);
    const { subresource, dryRun, askedVersion } = options;
    const how = { user: this.#user, verb, subresource, dryRun, askedVersion };
    return this.#writer.update({ ...how, traits, before, after });
  }

  #scale(live: KubernetesObject, scale: KubernetesObject, dryRun: boolean | undefined): KubernetesObject {
    const traits: KindTraits = traitsOf(live);
    if (!traits.scale) throw this.#writer.notFound(traits.kind, `${keyOf(live)}/scale`);
    const after = { ...live, spec: { ...live['spec'], replicas: replicasOf(scale) } };
    const options = {
      user: this.#user,
      verb: 'patch' as const,
      traits,
      before: live,
      subresource: 'scale' as const,
    };
    return scaleOf(this.#writer.update({ ...options, after: withDefaultsOf(after), dryRun }));
  }

  #requireSame(live: KubernetesObject, wanted: { uid?: string; resourceVersion?: string }): void {
    const { uid, resourceVersion } = live.metadata;
    const same = (asked: string | undefined, is: string | undefined) => !asked || isSame(asked, is);
    if (!same(wanted.uid, uid)) throw this.#changed(live, 'is another one by now');
    if (!same(wanted.resourceVersion, resourceVersion)) throw this.#changed(live, 'has been modified');
  }

  #changed({ kind, metadata }: KubernetesObject, how: string): ClusterError {
    return new ClusterError('conflict', `${kind} "${metadata.name}" ${how}: the object has been modified`, {
      status: 409,
    });
  }
}
