import { parseDuration } from '../../api/duration.ts';
import { apiVersion } from '../../api/group.ts';
import {
  actionDefaults,
  type RolloutActionSpec,
  type RolloutActionStatus,
} from '../../api/rollout-action.ts';
import type { ActionIntent } from '../../domain/decision.ts';
import type { ActionView } from '../../domain/world.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { type Owner, ownerReference } from '../../routers/objects/owner-reference.ts';
import { sameJson } from './same-json.ts';
import { statusObject } from './status-object.ts';

/** Whether somebody holds `spec.requestedBy` to the truth: the admission policy is in force. */
export interface ActionTrust {
  admissionPolicy: boolean;
}

/** A RolloutAction as the domain sees it. One that is being deleted asks for nothing any more. */
export function readActions(
  objects: readonly KubernetesObject[],
  owner: Pick<Owner, 'uid'> | undefined,
  trust: ActionTrust,
): ActionView[] {
  return objects
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((object) => readAction(object, owner, trust));
}

function readAction(
  object: KubernetesObject,
  owner: Pick<Owner, 'uid'> | undefined,
  { admissionPolicy }: ActionTrust,
): ActionView {
  const { metadata } = object;
  const spec = object['spec'] as RolloutActionSpec;
  const { requestedBy } = spec;
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    generation: metadata.generation ?? 0,
    createdAtMs: Date.parse(metadata.creationTimestamp ?? '') || 0,
    ttlMs: parseDuration(spec.ttl ?? actionDefaults.ttl),
    spec,
    actor: {
      name: requestedBy ?? actionDefaults.unknownActor,
      verified: admissionPolicy && requestedBy !== undefined,
    },
    status: object['status'] as RolloutActionStatus | undefined,
    owned: owner !== undefined && names(object, owner),
  };
}

const names = ({ metadata }: KubernetesObject, { uid }: Pick<Owner, 'uid'>): boolean =>
  (metadata.ownerReferences ?? []).some((reference) => reference.uid === uid);

/** The writes that an intent takes, on the version of the action that was decided on (law 16); none where nothing changes (law 15). */
export function actionWrites(
  live: KubernetesObject | undefined,
  intent: ActionIntent,
  owner: Owner | undefined,
): ObjectWrite[] {
  if (!live) return [];
  const { namespace = '', name, uid = '', resourceVersion = '' } = live.metadata;
  const { kind } = resourceKinds.rolloutAction;
  const metadata = { namespace, name, uid, resourceVersion };
  switch (intent.kind) {
    case 'answer': {
      if (sameJson(live['status'], intent.status)) return [];
      return [{ verb: 'apply', object: statusObject(live, intent.status), subresource: 'status' }];
    }
    case 'own': {
      if (!owner) return [];
      // An owner beside any that somebody else gave it: only one may be its controller.
      const { controller: _controller, ...reference } = ownerReference(owner);
      return [
        {
          verb: 'apply',
          object: { apiVersion, kind, metadata: { ...metadata, ownerReferences: [reference] } },
        },
      ];
    }
    case 'delete':
      return [
        {
          verb: 'delete',
          kind: resourceKinds.rolloutAction,
          name: { namespace, name },
          uid,
          resourceVersion,
        },
      ];
  }
}
