import type { ResolvedSpec } from '../../api/defaults.ts';
import { annotations } from '../../api/group.ts';
import type { RevisionIntent } from '../../domain/decision.ts';
import type { RevisionIdentity } from '../../domain/revision/revision-hash.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import { applyOn } from '../../routers/objects/apply-on.ts';
import { isOwnedBy, type Owner } from '../../routers/objects/owner-reference.ts';
import { identityOf } from './canonical-input.ts';
import {
  appliedDeployment,
  deploymentSaysSame,
  type DeploymentSettings,
  drainUntilMsOf,
  revisionDeployment,
} from './revision-deployment.ts';
import { revisionService } from './revision-service.ts';

export type WorkloadIntent = Exclude<RevisionIntent, { kind: 'deleteRollout' }>;

/** The live objects of the one revision that an intent is about. */
export interface RevisionObjects {
  deployment?: KubernetesObject;
  service?: KubernetesObject;
}

/** The writes that make one revision's objects what is wanted; none when they are. */
export function revisionWrites(
  owner: Owner & { spec: ResolvedSpec },
  intent: WorkloadIntent,
  live: RevisionObjects,
): ObjectWrite[] {
  switch (intent.kind) {
    case 'ensure':
      return ensure(owner, intent.identity, intent.replicas, live);
    case 'keep':
      return keep(owner, intent, live);
    case 'delete':
      // The Service first: nothing may lead to pods that are about to go.
      return [
        ...deletion(owner, resourceKinds.service, live.service),
        ...deletion(owner, resourceKinds.deployment, live.deployment),
      ];
  }
}

/** The revision of the spec serves or is about to: what is missing is made, and it does not drain. */
function ensure(
  owner: Owner & { spec: ResolvedSpec },
  identity: RevisionIdentity,
  replicas: number,
  { deployment, service }: RevisionObjects,
): ObjectWrite[] {
  const settings = { replicas, progressDeadlineMs: owner.spec.progressDeadlineMs, drainUntilMs: undefined };
  return [
    ...(service ? [] : [creation(revisionService(owner, identity, owner.spec.service.port))]),
    ...(deployment
      ? deploymentWrites(
          owner,
          identity.revision,
          identityOf(deployment, identity.revision) ?? identity,
          settings,
          deployment,
        )
      : [creation(revisionDeployment(owner, identity, settings))]),
  ];
}

/** A revision that exists, whatever the spec says now: what it needs is in its own canonical input. */
function keep(
  owner: Owner & { spec: ResolvedSpec },
  intent: Extract<RevisionIntent, { kind: 'keep' }>,
  { deployment, service }: RevisionObjects,
): ObjectWrite[] {
  if (!deployment) return [];
  const identity = identityOf(deployment, intent.revision);
  const { drainUntilMs, replicas } = intent;
  const settings = {
    replicas,
    progressDeadlineMs: owner.spec.progressDeadlineMs,
    drainUntilMs: drainUntilMs === undefined ? drainUntilMsOf(deployment) : (drainUntilMs ?? undefined),
  };
  return [
    // Somebody deleted it: without it the revision has neither endpoints nor a backend.
    ...(service || !identity ? [] : [creation(revisionService(owner, identity, owner.spec.service.port))]),
    ...deploymentWrites(owner, intent.revision, identity, settings, deployment),
  ];
}

function deploymentWrites(
  owner: Owner,
  revision: string,
  identity: RevisionIdentity | undefined,
  settings: DeploymentSettings,
  live: KubernetesObject,
): ObjectWrite[] {
  if (settings.drainUntilMs === undefined && drainUntilMsOf(live) !== undefined)
    return unmarked(settings, live);
  const desired = appliedDeployment(owner, revision, identity, settings);
  return deploymentSaysSame(desired, live, owner) ? [] : [applyOn(live, desired)];
}

/** Takes the mark away, which an apply does only with a mark of our own: somebody may have edited it to drain longer. */
function unmarked({ replicas }: DeploymentSettings, live: KubernetesObject): ObjectWrite[] {
  const { namespace = '', name, resourceVersion } = live.metadata;
  return [
    {
      verb: 'patch',
      kind: resourceKinds.deployment,
      name: { namespace, name },
      operations: [
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'add', path: '/spec/replicas', value: replicas },
        { op: 'remove', path: `/metadata/annotations/${annotations.drainUntil.replaceAll('/', '~1')}` },
      ],
    },
  ];
}

const creation = (object: KubernetesObject): ObjectWrite => ({ verb: 'create', object });

/** Only what is ours, and only the very object that was decided on (law 16). */
function deletion(owner: Owner, kind: ResourceKind, live: KubernetesObject | undefined): ObjectWrite[] {
  if (!live || live.metadata.deletionTimestamp !== undefined || !isOwnedBy(live, owner)) return [];
  const { namespace = '', name, uid = '', resourceVersion = '' } = live.metadata;
  return [{ verb: 'delete', kind, name: { namespace, name }, uid, resourceVersion }];
}
