import type { ResolvedSpec } from '../../api/defaults.ts';
import { annotations } from '../../api/group.ts';
import type { RevisionIntent } from '../../domain/decision.ts';
import type { RevisionIdentity } from '../../domain/revision/revision-hash.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { applyOn } from '../../routers/objects/apply-on.ts';
import { deletionOf } from '../../routers/objects/deletion.ts';
import type { Owner } from '../../routers/objects/owner-reference.ts';
import { identityOf } from './canonical-input.ts';
import {
  appliedDeployment,
  deploymentSaysSame,
  type DeploymentSettings,
  drainUntilMsOf,
  revisionDeployment,
  surgeOf,
} from './revision-deployment.ts';
import { mirrorService, revisionService } from './revision-service.ts';

export type WorkloadIntent = Exclude<RevisionIntent, { kind: 'deleteRollout' }>;

/** The live objects of the one revision that an intent is about. */
export interface RevisionObjects {
  deployment?: KubernetesObject;
  service?: KubernetesObject;
  mirrorService?: KubernetesObject;
  /** A live route still names the mirror Service. */
  mirrorIsNamed?: boolean;
}

/** The writes that make one revision's objects what is wanted; none when they are. */
export function revisionWrites(
  owner: Owner & { spec: ResolvedSpec },
  intent: WorkloadIntent,
  live: RevisionObjects,
): ObjectWrite[] {
  switch (intent.kind) {
    case 'ensure':
      return ensure(owner, intent, live);
    case 'keep':
      return keep(owner, intent, live);
    case 'delete':
      // The Services first: nothing may lead to pods that are about to go.
      return [
        ...deletionOf(owner, resourceKinds.service, live.mirrorService),
        ...deletionOf(owner, resourceKinds.service, live.service),
        ...deletionOf(owner, resourceKinds.deployment, live.deployment),
      ];
  }
}

/** The revision of the spec serves or is about to: what is missing is made, and it does not drain. */
function ensure(
  owner: Owner & { spec: ResolvedSpec },
  { identity, replicas, surge, mirrorService: mirrored }: Extract<RevisionIntent, { kind: 'ensure' }>,
  live: RevisionObjects,
): ObjectWrite[] {
  const { deployment } = live;
  const settings = {
    replicas,
    surge: surgeFor({ replicas, surge }, deployment),
    progressDeadlineMs: owner.spec.progressDeadlineMs,
    drainUntilMs: undefined,
  };
  return [
    ...serviceWrites(owner, identity, mirrored, live),
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
  live: RevisionObjects,
): ObjectWrite[] {
  const { deployment } = live;
  if (!deployment) return [];
  const identity = identityOf(deployment, intent.revision);
  const { drainUntilMs, replicas } = intent;
  const settings = {
    replicas,
    surge: surgeFor(intent, deployment),
    progressDeadlineMs: owner.spec.progressDeadlineMs,
    drainUntilMs: drainUntilMs === undefined ? drainUntilMsOf(deployment) : (drainUntilMs ?? undefined),
  };
  return [
    ...serviceWrites(owner, identity, intent.mirrorService, live),
    ...deploymentWrites(owner, intent.revision, identity, settings, deployment),
  ];
}

/**
 * The revision's own Service is made where it is missing, also when somebody deleted it: without it the revision has neither
 * endpoints nor a backend. Its mirror Service is as asked; one that a live route still names stays for this pass, because the
 * route must let go of it first.
 */
function serviceWrites(
  owner: Owner & { spec: ResolvedSpec },
  identity: RevisionIdentity | undefined,
  mirrored: boolean | undefined,
  { service, mirrorService: mirror, mirrorIsNamed }: RevisionObjects,
): ObjectWrite[] {
  const port: number = service?.spec?.ports?.[0]?.port ?? owner.spec.service.port;
  const isDone = mirrored === false && mirrorIsNamed !== true;
  return [
    ...(service || !identity ? [] : [creation(revisionService(owner, identity, port))]),
    ...(mirrored && identity && !mirror ? [creation(mirrorService(owner, identity, port))] : []),
    ...(isDone ? deletionOf(owner, resourceKinds.service, mirror) : []),
  ];
}

function deploymentWrites(
  owner: Owner,
  revision: string,
  identity: RevisionIdentity | undefined,
  settings: DeploymentSettings,
  live: KubernetesObject,
): ObjectWrite[] {
  const desired = appliedDeployment(owner, revision, identity, settings);
  const outdated = [annotations.drainUntil, annotations.surge].filter(
    (mark) => live.metadata.annotations?.[mark] !== undefined && !(mark in desired.metadata.annotations!),
  );
  if (outdated.length > 0) return unmarked(outdated, desired, live);
  return deploymentSaysSame(desired, live, owner) ? [] : [applyOn(live, desired)];
}

/** A surge belongs to pods that serve: there is none beyond no replicas. */
function surgeFor(
  { replicas, surge }: { replicas: number; surge?: number },
  live: KubernetesObject | undefined,
): number {
  if (replicas === 0) return 0;
  return surge ?? (live ? surgeOf(live) : 0);
}

/** Takes marks away, which an apply does only with a mark of our own: somebody may have edited it to drain longer. */
function unmarked(
  marks: readonly string[],
  desired: KubernetesObject,
  live: KubernetesObject,
): ObjectWrite[] {
  const { namespace = '', name, resourceVersion } = live.metadata;
  return [
    {
      verb: 'patch',
      kind: resourceKinds.deployment,
      name: { namespace, name },
      operations: [
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'add', path: '/spec/replicas', value: desired['spec'].replicas as number },
        ...marks.map((mark) => ({
          op: 'remove' as const,
          path: `/metadata/annotations/${mark.replaceAll('/', '~1')}`,
        })),
      ],
    },
  ];
}

const creation = (object: KubernetesObject): ObjectWrite => ({ verb: 'create', object });
