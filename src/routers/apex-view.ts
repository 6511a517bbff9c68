import type { ApexSelection } from '../domain/traffic/split.ts';
import type { TrafficProblem, TrafficView } from '../domain/world.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { conflictWith } from './conflicts.ts';
import { revisionsOf } from './gateway-api/read-backends.ts';
import { apexSelectionOf, type ApexPort } from './objects/apex-service.ts';
import { endpointsOf, type ServiceEndpoint } from './objects/endpoints.ts';
import { revisionObjectName } from './objects/labels.ts';
import { previewedBy } from './objects/preview-service.ts';
import { isReadyPod, isTerminating } from '../kubernetes/pod.ts';
import { isLabelledLive, revisionOfPod } from './objects/pod.ts';
import type { RouterObjects } from './router.ts';

/** What every router reads of the Services beside a route, and of what is behind them. */
export interface ApexView extends Pick<TrafficView, 'apex' | 'live' | 'endpoints' | 'preview' | 'named'> {
  /** Endpoints of the apex Service's EndpointSlices. */
  slices: ServiceEndpoint[];
  conflict: TrafficProblem | undefined;
  previewConflict: TrafficProblem | undefined;
}

export function readApex(objects: RouterObjects): ApexView {
  const { deployment, apexService, pods } = objects;
  const apex = apexSelectionOf(apexService, deployment.name);
  const slices = endpointsOf(objects.endpointSlices, deployment.name);
  const revisions = revisionsByPod(pods);
  const revisionOf = ({ id, podName }: ServiceEndpoint) =>
    revisions.get(id) ?? revisionOfPodName(deployment.name, podName);
  const ready = slices.filter((endpoint) => endpoint.ready);
  return {
    apex,
    slices,
    live: countByRevision(pods.filter((pod) => isLabelledLive(pod) && isReadyPod(pod)).map(revisionOfPod)),
    endpoints: countByRevision(ready.map(revisionOf)),
    named: unique([
      ...(apex?.kind === 'revision' ? [apex.revision] : []),
      ...pods.filter((pod) => isLabelledLive(pod) && !isTerminating(pod)).map(revisionOfPod),
      ...slices.map(revisionOf),
      previewedBy(objects),
      ...revisionsOf(objects.previewRoute, deployment.name),
    ]),
    preview: previewedBy(objects),
    conflict: conflictWith(apexService, deployment, 'ServiceConflict'),
    previewConflict: conflictWith(objects.previewService, deployment, 'ServiceConflict'),
  };
}

/** As a view has it: nothing where there is no problem. */
export const problemOfPreview = (problem: TrafficProblem | undefined): Pick<TrafficView, 'previewProblem'> =>
  problem ? { previewProblem: problem } : {};

/** The pods that the apex Service should have as ready endpoints, going by what it selects. */
export function chosenPods({ pods }: RouterObjects, apex: ApexSelection): KubernetesObject[] {
  return pods.filter(
    (pod) =>
      isReadyPod(pod) && (apex.kind === 'live' ? isLabelledLive(pod) : revisionOfPod(pod) === apex.revision),
  );
}

export const podId = (pod: KubernetesObject): string => pod.metadata.uid ?? pod.metadata.name;

/** The port that a revision's Service has: what the apex takes over, and what a route must name. */
export function portOfRevision(objects: RouterObjects, revision: string): ApexPort {
  const name = revisionObjectName(objects.deployment.name, revision);
  const service = objects.revisionServices.find(({ metadata }) => metadata.name === name);
  const [port] = (service?.spec?.ports ?? []) as ApexPort[];
  return port ?? objects.deployment.spec.service;
}

/** The apex Service listens where the spec says, and sends where the revision listens. */
export function apexPortFor(objects: RouterObjects, revision: string | undefined): ApexPort {
  const { service } = objects.deployment.spec;
  const { targetPort, appProtocol } = revision === undefined ? service : portOfRevision(objects, revision);
  return { port: service.port, targetPort, appProtocol };
}

function revisionsByPod(pods: readonly KubernetesObject[]): Map<string, string | undefined> {
  return new Map(pods.map((pod) => [podId(pod), revisionOfPod(pod)]));
}

/**
 * The revision of a pod that we do not know (any more), by the name that a Deployment gives to its pods. What cannot be
 * looked up still counts as named (law 3).
 */
function revisionOfPodName(deployment: string, podName: string | undefined): string | undefined {
  if (!podName?.startsWith(`${deployment}-`)) return undefined;
  return /^([a-z0-9]{10})-/.exec(podName.slice(deployment.length + 1))?.[1];
}

function countByRevision(revisions: (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const revision of revisions)
    if (revision !== undefined) counts[revision] = (counts[revision] ?? 0) + 1;
  return counts;
}

export const unique = (revisions: (string | undefined)[]): string[] =>
  [...new Set(revisions.filter((revision) => revision !== undefined))].sort();
