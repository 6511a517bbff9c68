import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { apiVersion } from '../api/group.ts';
import type { Decision, RevisionIntent } from '../domain/decision.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { type KubernetesObject, type ResourceKind, keyOf, resourceKinds } from '../kubernetes/resource.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import type { WriteTracker } from '../runtime/write-tracker.ts';
import type { ForeignObjects } from './foreign-objects.ts';
import type { Gathered } from './gather.ts';
import { modelRollout, rolloutStatusObject } from './objects/model-rollout.ts';
import { revisionWrites } from './objects/revision-writes.ts';
import { sameJson } from './objects/same-json.ts';

/**
 * Carries a decision out: the writes that make the live objects say it, and none where they do (law 15), in the order of
 * law 13. Each write carries what was decided on (law 16), so a conflict ends the pass and the next one decides again.
 */
export class Applier {
  readonly #cluster: Cluster;
  readonly #tracker: WriteTracker;
  readonly #foreign: ForeignObjects;

  constructor(cluster: Cluster, tracker: WriteTracker, foreign: ForeignObjects) {
    this.#cluster = cluster;
    this.#tracker = tracker;
    this.#foreign = foreign;
  }

  /** Returns how many writes it took. */
  async apply(gathered: Gathered, decision: Decision): Promise<number> {
    const traffic = trafficWrites(gathered, decision);
    let count: number;
    try {
      count = await this.#writeAll(recordWrites(gathered, decision));
    } catch (error) {
      // Law 13: a Fail moves traffic even when the record cannot be written; nothing else does.
      if (decision.trafficBeforeRecord) await this.#writeAll(traffic);
      throw error;
    }
    // No weight ever rises on pods that the same pass asks for (law 1), so traffic can come before workloads: a pod that
    // cannot be made never stands in the way of traffic that is taken back, and nothing shrinks before it (law 4).
    count += await this.#writeAll(traffic);
    count += await this.#writeAll(workloadWrites(gathered, decision.revisions));
    return count + (await this.writeStatus(gathered.modelDeployment, decision.status));
  }

  /** The status, once and last. */
  async writeStatus(
    modelDeployment: Pick<KubernetesObject, 'metadata' | 'status'>,
    status: ModelDeploymentStatus,
  ): Promise<number> {
    if (sameJson(modelDeployment['status'], status)) return 0;
    const { namespace, name, resourceVersion } = modelDeployment.metadata;
    const { kind } = resourceKinds.modelDeployment;
    const object = { apiVersion, kind, metadata: { namespace, name, resourceVersion }, status };
    return this.#writeAll([{ verb: 'apply', object, subresource: 'status' }]);
  }

  async #writeAll(writes: readonly ObjectWrite[]): Promise<number> {
    for (const write of writes) await this.#write(write);
    return writes.length;
  }

  async #write(write: ObjectWrite): Promise<void> {
    switch (write.verb) {
      case 'create':
        return this.#create(write.object);
      case 'apply': {
        const { object, subresource } = write;
        return this.#note(object, await this.#cluster.apply(object, { subresource }));
      }
      case 'patch': {
        const { kind, name, operations } = write;
        const before = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: name };
        return this.#note(before, await this.#cluster.patch(kind, name, operations));
      }
      case 'delete':
        return this.#delete(write);
    }
  }

  async #create(object: KubernetesObject): Promise<void> {
    try {
      this.#note(object, await this.#cluster.create(object));
    } catch (error) {
      // The caches see only what carries our label: this name may be somebody else's.
      if (ClusterError.is(error, 'alreadyExists')) await this.#foreign.met(kindOf(object), keyOf(object));
      throw error;
    }
  }

  async #delete({ kind, name, uid, resourceVersion }: Extract<ObjectWrite, { verb: 'delete' }>): Promise<void> {
    try {
      await this.#cluster.delete(kind, name, { uid, resourceVersion, propagation: 'Background' });
    } catch (error) {
      if (!ClusterError.is(error, 'notFound')) throw error;
    }
  }

  #note(before: KubernetesObject, after: KubernetesObject): void {
    // A write that changed nothing gives the same version, which no watch will ever show.
    if (before.metadata.resourceVersion !== after.metadata.resourceVersion) this.#tracker.wrote(kindOf(before), after);
  }
}

function recordWrites({ modelDeployment, rollouts }: Gathered, decision: Decision): ObjectWrite[] {
  const writes: ObjectWrite[] = [];
  const { rolloutStatus, createRollout } = decision;
  const live = rolloutStatus && rollouts.get(rolloutStatus.name);
  if (rolloutStatus && live) {
    const object = rolloutStatusObject(live, rolloutStatus.status);
    if (!sameJson(live['status'], object['status'])) writes.push({ verb: 'apply', object, subresource: 'status' });
  }
  if (createRollout) {
    const { namespace = '', name, uid = '' } = modelDeployment.metadata;
    writes.push({
      verb: 'create',
      object: modelRollout({ namespace, name, uid }, createRollout.name, createRollout.spec),
    });
  }
  return writes;
}

function trafficWrites({ router, routerObjects }: Gathered, { traffic }: Decision): ObjectWrite[] {
  return traffic ? router.writes(traffic.intent, traffic.apex, routerObjects) : [];
}

function workloadWrites(gathered: Gathered, intents: readonly RevisionIntent[]): ObjectWrite[] {
  const { routerObjects, revisions, rollouts } = gathered;
  return intents.flatMap((intent) => {
    if (intent.kind === 'deleteRollout') {
      const live = rollouts.get(intent.name);
      return live ? [deletionOf(live, resourceKinds.modelRollout)] : [];
    }
    const revision = intent.kind === 'ensure' ? intent.identity.revision : intent.revision;
    return revisionWrites(routerObjects.deployment, intent, revisions.get(revision) ?? {});
  });
}

function deletionOf({ metadata }: KubernetesObject, kind: ResourceKind): ObjectWrite {
  const { namespace = '', name, uid = '', resourceVersion = '' } = metadata;
  return { verb: 'delete', kind, name: { namespace, name }, uid, resourceVersion };
}

function kindOf({ kind }: Pick<KubernetesObject, 'kind'>): ResourceKind {
  const found = Object.values(resourceKinds).find((known) => known.kind === kind);
  if (!found) throw new Error(`a write of the unknown kind ${kind}`);
  return found;
}
