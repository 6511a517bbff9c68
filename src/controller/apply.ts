import { annotations } from '../api/group.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { type ActionIntent, type Decision, type RevisionIntent, aroundTraffic } from '../domain/decision.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import {
  type KubernetesObject,
  type ResourceKind,
  keyOf,
  resourceKindOf,
  resourceKinds,
} from '../kubernetes/resource.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import { deletionOf } from '../routers/objects/deletion.ts';
import type { Owner } from '../routers/objects/owner-reference.ts';
import type { ForeignObjects } from './foreign-objects.ts';
import type { Gathered } from './gather.ts';
import { modelRollout, rolloutStatusObject } from './objects/model-rollout.ts';
import { actionWrites } from './objects/rollout-action.ts';
import { revisionWrites } from './objects/revision-writes.ts';
import { sameJson } from './objects/same-json.ts';
import { statusObject } from './objects/status-object.ts';

/**
 * Carries a decision out: the writes that make the live objects say it, and none where they do (law 15), in the order of
 * law 13. Each write carries what was decided on (law 16), so a conflict ends the pass and the next one decides again.
 */
export class Applier {
  readonly #cluster: Cluster;
  readonly #foreign: ForeignObjects;

  constructor(cluster: Cluster, foreign: ForeignObjects) {
    this.#cluster = cluster;
    this.#foreign = foreign;
  }

  /** Adds to `written` what it wrote, also when it fails half-way; `trafficWritten` is called once the split stands, if it had to be written. */
  async apply(
    gathered: Gathered,
    decision: Decision,
    written: ObjectReference[],
    trafficWritten: () => void = () => {},
  ): Promise<void> {
    const writes = trafficWrites(gathered, decision);
    const writeTraffic = async () => {
      await this.#writeAll(writes, written);
      if (writes.length > 0) trafficWritten();
    };
    try {
      await this.#writeAll(recordWrites(gathered, decision), written);
    } catch (error) {
      // Law 13: a Fail moves traffic even when the record cannot be written; nothing else does.
      if (decision.trafficBeforeRecord) await writeTraffic();
      throw error;
    }
    // No weight ever rises on pods that the same pass asks for (law 1), so traffic can come before workloads: a pod that
    // cannot be made never stands in the way of traffic that is taken back, and nothing shrinks before it (law 4).
    const [before, after] = aroundTraffic(decision.revisions);
    try {
      await this.#writeAll(workloadWrites(gathered, before), written);
    } finally {
      await writeTraffic();
    }
    // Before the Deployments: the one that shrinks in the same pass must find the pod gone, and not choose another.
    await this.#writeAll(evictionWrites(gathered, decision), written);
    await this.#writeAll(workloadWrites(gathered, after), written);
    // After what was asked for is recorded and done, and before the one last word about it all.
    await this.answer(gathered.actions, decision.actions, written, gathered.routerObjects.deployment);
    await this.writeStatus(gathered.object, decision.status, written);
  }

  /** What becomes of RolloutActions; `owner` is absent where what they are about does not exist. */
  async answer(
    live: ReadonlyMap<string, KubernetesObject>,
    intents: readonly ActionIntent[],
    written: ObjectReference[],
    owner?: Owner,
  ): Promise<void> {
    const writes = intents.flatMap((intent) => actionWrites(live.get(intent.name), intent, owner));
    await this.#writeAll(writes, written);
  }

  /** The status, once and last. */
  async writeStatus(
    live: KubernetesObject,
    status: ModelDeploymentStatus,
    written: ObjectReference[],
  ): Promise<void> {
    if (sameJson(live['status'], status)) return;
    const object = statusObject(live, status);
    await this.#writeAll([{ verb: 'apply', object, subresource: 'status' }], written);
  }

  async #writeAll(writes: readonly ObjectWrite[], written: ObjectReference[]): Promise<void> {
    for (const write of writes) {
      await this.#write(write);
      written.push(referenceOf(write));
    }
  }

  async #write(write: ObjectWrite): Promise<void> {
    switch (write.verb) {
      case 'create':
        return this.#create(write.object);
      case 'apply':
        await this.#cluster.apply(write.object, { subresource: write.subresource });
        return;
      case 'patch':
        await this.#cluster.patch(write.kind, write.name, write.operations);
        return;
      case 'delete':
      case 'evict':
        return this.#remove(write);
    }
  }

  async #create(object: KubernetesObject): Promise<void> {
    try {
      await this.#cluster.create(object);
    } catch (error) {
      // The caches see only what carries our label: this name may be somebody else's.
      if (ClusterError.is(error, 'alreadyExists')) await this.#foreign.met(object);
      throw error;
    }
  }

  /** What is gone already needs no more. */
  async #remove(write: Extract<ObjectWrite, { verb: 'delete' | 'evict' }>): Promise<void> {
    const { verb, kind, name, uid, resourceVersion } = write;
    try {
      if (verb === 'evict') await this.#cluster.evict(name, { uid, resourceVersion });
      else await this.#cluster.delete(kind, name, { uid, resourceVersion, propagation: 'Background' });
    } catch (error) {
      if (!ClusterError.is(error, 'notFound')) throw error;
    }
  }
}

/** Which object a write concerned: the next pass waits until the caches show it. */
export interface ObjectReference {
  kind: ResourceKind;
  key: string;
}

function referenceOf(write: ObjectWrite): ObjectReference {
  return write.verb === 'create' || write.verb === 'apply'
    ? { kind: resourceKindOf(write.object), key: keyOf(write.object) }
    : { kind: write.kind, key: keyOf({ metadata: write.name }) };
}

function recordWrites({ object: owner, rollouts }: Gathered, decision: Decision): ObjectWrite[] {
  const writes: ObjectWrite[] = [];
  const { rolloutStatus, createRollout } = decision;
  const live = rolloutStatus && rollouts.get(rolloutStatus.name);
  if (rolloutStatus && live) {
    const object = rolloutStatusObject(live, rolloutStatus.status);
    if (!sameJson(live['status'], object['status']))
      writes.push({ verb: 'apply', object, subresource: 'status' });
  }
  if (createRollout) {
    const { namespace = '', name, uid = '' } = owner.metadata;
    const commit = owner.metadata.annotations?.[annotations.commit];
    writes.push({
      verb: 'create',
      object: modelRollout({ namespace, name, uid }, createRollout.name, createRollout.spec, commit),
    });
  }
  return writes;
}

function trafficWrites({ router, routerObjects }: Gathered, { traffic }: Decision): ObjectWrite[] {
  return traffic ? router.writes(traffic.intent, traffic.apex, routerObjects) : [];
}

/** A pod that is gone meanwhile needs no eviction. */
function evictionWrites({ routerObjects }: Gathered, { evictions = [] }: Decision): ObjectWrite[] {
  return evictions.flatMap(({ uid }) => {
    const live = routerObjects.pods.find(({ metadata }) => metadata.uid === uid);
    const { namespace = '', name = '', resourceVersion = '' } = live?.metadata ?? {};
    return live
      ? [{ verb: 'evict' as const, kind: resourceKinds.pod, name: { namespace, name }, uid, resourceVersion }]
      : [];
  });
}

function workloadWrites(gathered: Gathered, intents: readonly RevisionIntent[]): ObjectWrite[] {
  const { routerObjects, revisions, rollouts } = gathered;
  return intents.flatMap((intent) => {
    if (intent.kind === 'deleteRollout') {
      const live = rollouts.get(intent.name);
      return deletionOf(routerObjects.deployment, resourceKinds.modelRollout, live);
    }
    const revision = intent.kind === 'ensure' ? intent.identity.revision : intent.revision;
    return revisionWrites(routerObjects.deployment, intent, revisions.get(revision) ?? {});
  });
}
