import { labels } from '../../api/group.ts';
import type { PodView, RevisionView } from '../../domain/world.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { podId } from '../../routers/apex-view.ts';
import { endpointsOf } from '../../routers/objects/endpoints.ts';
import { bornAtMs, isTerminating } from '../../kubernetes/pod.ts';
import { isLabelledLive, revisionOfPod } from '../../routers/objects/pod.ts';
import { contentOf, identityOf } from './canonical-input.ts';
import { podProblem } from '../../kubernetes/pod-problem.ts';
import { drainUntilMsOf, surgeOf } from './revision-deployment.ts';
import type { RevisionObjects } from './revision-writes.ts';

/** What Kubernetes gives a pod to end when its template does not say. */
const defaultGracePeriodSeconds = 30;

/**
 * One revision as its live objects show it. `slices` and `pods` may be those of the whole ModelDeployment. Undefined for a
 * Deployment that carries no revision label, which is none of our making.
 *
 * A revision whose annotations were taken away is still seen, scaled and drained; its hash version is 0, so that no spec is
 * taken for it.
 */
export function readRevision(
  deployment: KubernetesObject,
  slices: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
  { service, mirrorService }: Pick<RevisionObjects, 'service' | 'mirrorService'>,
): RevisionView | undefined {
  const revision = deployment.metadata.labels?.[labels.revision];
  if (revision === undefined) return undefined;
  const identity = identityOf(deployment, revision);
  const content = identity && contentOf(identity);
  const own = pods.filter((pod) => revisionOfPod(pod) === revision);
  /** Ids of a Service's ready endpoints. */
  const readyOf = (serviceName: string | undefined): ReadonlySet<string> => {
    const endpoints = serviceName === undefined ? [] : endpointsOf(slices, serviceName);
    return new Set(endpoints.filter(({ ready }) => ready).map(({ id }) => id));
  };
  // Of the revision's own Service only: its mirror Service has endpoints of the same pods.
  const ready = readyOf(deployment.metadata.name);
  const graceSeconds =
    deployment.spec?.template?.spec?.terminationGracePeriodSeconds ?? defaultGracePeriodSeconds;
  return {
    revision,
    hashVersion: identity?.hashVersion ?? 0,
    fullHash: identity?.fullHash ?? '',
    model: content?.model ?? {},
    replicas: Math.max(0, (deployment.spec?.replicas ?? 1) - surgeOf(deployment)),
    surge: surgeOf(deployment),
    pods: deployment.status?.replicas ?? 0,
    ready: ready.size,
    members: membersOf(own, ready),
    hasService: service !== undefined,
    hasMirrorService: mirrorService !== undefined,
    mirrorReady: readyOf(mirrorService?.metadata.name).size,
    createdAtMs: Date.parse(deployment.metadata.creationTimestamp ?? '') || 0,
    drainUntilMs: drainUntilMsOf(deployment),
    gracePeriodMs: graceSeconds * 1000,
    deadlineExceeded: deadlineExceeded(deployment),
    problem: podProblem(deployment, own, content?.template),
  };
}

/** Pods that are not on their way out; `ready` holds the uids of those that are ready endpoints. */
function membersOf(pods: readonly KubernetesObject[], ready: ReadonlySet<string>): PodView[] {
  return pods
    .filter((pod) => !isTerminating(pod))
    .map((pod) => ({
      name: pod.metadata.name,
      uid: podId(pod),
      bornAtMs: bornAtMs(pod),
      ready: ready.has(podId(pod)),
      ...readySince(pod),
      live: isLabelledLive(pod),
    }))
    .sort((left, right) => left.bornAtMs - right.bornAtMs || (left.name < right.name ? -1 : 1));
}

function readySince({ status }: KubernetesObject): Pick<PodView, 'readySinceMs'> {
  const conditions: { type: string; status: string; lastTransitionTime?: string }[] =
    status?.conditions ?? [];
  const found = conditions.find(({ type, status: value }) => type === 'Ready' && value === 'True');
  const readySinceMs = Date.parse(found?.lastTransitionTime ?? '');
  return Number.isNaN(readySinceMs) ? {} : { readySinceMs };
}

/** Kubernetes' own deadline, as far as it was judged from the Deployment as it is now. */
function deadlineExceeded({ metadata, status }: KubernetesObject): boolean {
  const conditions: { type: string; status: string; reason?: string }[] = status?.conditions ?? [];
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    conditions.some(
      ({ type, status: value, reason }) =>
        type === 'Progressing' && value === 'False' && reason === 'ProgressDeadlineExceeded',
    )
  );
}
