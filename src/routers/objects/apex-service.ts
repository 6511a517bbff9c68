import { labels } from '../../api/group.ts';
import type { ApexSelection } from '../../domain/traffic/split.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { apexLabels, liveSelector, revisionSelector } from './labels.ts';
import { applyOn } from './apply-on.ts';
import { isOwnedBy, ownerReference, type Owner } from './owner-reference.ts';
import { isSubset } from './subset.ts';

/**
 * The apex Service: it has the ModelDeployment's own name, and clients inside the cluster use it. Settled, it selects the
 * stable revision, so that nothing depends on the controller being alive.
 */

/** Where the apex Service listens, and on which container port it sends. */
export interface ApexPort {
  port: number;
  targetPort: string | number;
  appProtocol?: string;
}

/** What a Service selects, as far as it is a selection that we make. */
export function apexSelectionOf(
  service: KubernetesObject | undefined,
  deployment: string,
): ApexSelection | undefined {
  const selector: Record<string, string> = service?.spec?.selector ?? {};
  if (selector[labels.modelDeployment] !== deployment) return undefined;
  const revision = selector[labels.revision];
  if (revision !== undefined) return { kind: 'revision', revision };
  return selector[labels.live] === 'true' ? { kind: 'live' } : undefined;
}

export function apexService(owner: Owner, selection: ApexSelection, port: ApexPort): KubernetesObject {
  return {
    apiVersion: resourceKinds.service.apiVersion,
    kind: resourceKinds.service.kind,
    metadata: {
      namespace: owner.namespace,
      name: owner.name,
      labels: apexLabels(owner.name),
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      selector:
        selection.kind === 'live'
          ? liveSelector(owner.name)
          : revisionSelector(owner.name, selection.revision),
      ports: [servicePort(port)],
    },
  };
}

/** The one port of every Service that we make. */
export const servicePort = ({ port, targetPort, appProtocol }: ApexPort): Record<string, unknown> => ({
  name: 'http',
  port,
  protocol: 'TCP',
  targetPort,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

/**
 * Creates the apex Service, or makes the live one say what is wanted: at most one write, none when it does, and none to a
 * Service that is not ours (law 18).
 */
export function apexWrites(
  owner: Owner,
  selection: ApexSelection,
  port: ApexPort,
  live: KubernetesObject | undefined,
): ObjectWrite[] {
  return serviceWrites(owner, apexService(owner, selection, port), live);
}

/** The same for any Service that follows a decision: at most one write. */
export function serviceWrites(
  owner: Owner,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
): ObjectWrite[] {
  if (!live) return [{ verb: 'create', object: desired }];
  if (!isOwnedBy(live, owner)) return [];
  if (!samePorts(desired, live)) {
    // Apply merges ports by number: one that was created with the Service would stay beside its successor.
    return [
      {
        verb: 'patch',
        kind: resourceKinds.service,
        name: { namespace: owner.namespace, name: desired.metadata.name },
        operations: [
          { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
          { op: 'add', path: '/spec/selector', value: desired.spec.selector },
          { op: 'add', path: '/spec/ports', value: desired.spec.ports },
        ],
      },
    ];
  }
  if (sameSelector(desired, live) && isSubset(desired.metadata.labels, live.metadata.labels)) return [];
  return [applyOn(live, desired)];
}

function samePorts(desired: KubernetesObject, live: KubernetesObject): boolean {
  const livePorts: ApexPort[] = live.spec?.ports ?? [];
  const [port] = desired.spec.ports as ApexPort[];
  return isSubset(desired.spec.ports, livePorts) && livePorts[0]?.appProtocol === port?.appProtocol;
}

/** The selector counts as a whole: one label more would select fewer pods. */
function sameSelector(desired: KubernetesObject, live: KubernetesObject): boolean {
  const selector = live.spec?.selector ?? {};
  return (
    isSubset(desired.spec.selector, selector) &&
    Object.keys(selector).length === Object.keys(desired.spec.selector).length
  );
}
