import { type ApexSelection, type LivePods, sameApex, type TrafficIntent } from '../domain/traffic/split.ts';
import type { TrafficView } from '../domain/world.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import { acknowledgesApex } from './apex-acknowledgement.ts';
import { apexPortFor, portOfRevision, problemOfPreview, readApex, unique } from './apex-view.ts';
import { revisionsOf } from './gateway-api/read-backends.ts';
import { apexWrites } from './objects/apex-service.ts';
import { deletionOf } from './objects/deletion.ts';
import { isOwnedBy } from './objects/owner-reference.ts';
import { isReadyPod } from '../kubernetes/pod.ts';
import { revisionOfPod } from './objects/pod.ts';
import { previewServiceWrites } from './objects/preview-service.ts';
import { Router, type RouterObjects, WrongIntentError } from './router.ts';
import { lackingOfServices } from './service/lacking.ts';
import { unneededLabels } from './service/live-labels.ts';
import { replicaRatioWrites } from './service/replica-ratio.ts';

/**
 * Splits by the ratio of pods behind the apex Service: settled it selects the stable revision, and while a canary runs it
 * selects the pods that carry the live label.
 */
export class ServiceRouter extends Router {
  readonly kind = 'replicaRatio';

  read(objects: RouterObjects): TrafficView {
    const { apex, live, endpoints, preview, named, conflict, previewConflict } = readApex(objects);
    const { acknowledged, acknowledgement } = acknowledgesApex(objects);
    return {
      router: this.kind,
      apex,
      route: undefined,
      extras: {},
      preview,
      lacking: lackingOfServices,
      live,
      endpoints,
      acknowledged,
      acknowledgement: [acknowledgement, ...unreachableInWords(objects, apex)].join('; '),
      named: unique([...named, ...revisionsOf(ownedRoute(objects), objects.deployment.name)]),
      problem: conflict,
      ...problemOfPreview(previewConflict),
    };
  }

  writes(intent: TrafficIntent, apex: ApexSelection, objects: RouterObjects): ObjectWrite[] {
    if (intent.kind !== 'replicaRatio') throw new WrongIntentError(this.kind, intent);
    // Law 5: one write takes the traffic back; what follows only tidies up.
    return [
      ...userWrites(intent.live, apex, objects),
      ...previewServiceWrites(intent.preview, objects, (revision) => apexPortFor(objects, revision)),
      ...deletionOf(objects.deployment, resourceKinds.httpRoute, objects.previewRoute),
    ];
  }
}

/** What decides who answers users. */
function userWrites(live: readonly LivePods[], apex: ApexSelection, objects: RouterObjects): ObjectWrite[] {
  if (apex.kind === 'live')
    return [...replicaRatioWrites(live, objects), ...leftOverRouteDeletion(apex, objects)];
  return [
    ...apexWrites(objects.deployment, apex, apexPortFor(objects, apex.revision), objects.apexService),
    ...unneededLabels(apex, objects),
    ...leftOverRouteDeletion(apex, objects),
  ];
}

/** The route of an earlier spec, which asked for a gateway. */
const ownedRoute = ({ httpRoute, deployment }: RouterObjects) =>
  httpRoute && isOwnedBy(httpRoute, deployment) ? httpRoute : undefined;

/** It goes when the apex Service says what is wanted: a split that nobody decides on any more must not live on in a route. */
function leftOverRouteDeletion(apex: ApexSelection, objects: RouterObjects): ObjectWrite[] {
  if (!sameApex(readApex(objects).apex, apex)) return [];
  return deletionOf(objects.deployment, resourceKinds.httpRoute, objects.httpRoute);
}

/** A Service sends to one container port: a revision that listens elsewhere cannot share it. */
function unreachableInWords(objects: RouterObjects, apex: ApexSelection | undefined): string[] {
  if (apex?.kind !== 'live') return [];
  const port = objects.apexService?.spec?.ports?.[0]?.targetPort;
  return unique(objects.pods.filter(isReadyPod).map(revisionOfPod))
    .map((revision) => ({ revision, targetPort: portOfRevision(objects, revision).targetPort }))
    .filter(({ targetPort }) => targetPort !== port)
    .map(
      ({ revision, targetPort }) =>
        `revision ${revision} listens on port ${targetPort}, and the others on ${port}: one Service cannot split between ` +
        'them; give the ports one name, or use traffic.gatewayAPI',
    );
}
