import type { DataPlane, RoutedEndpoint } from '../gateway/data-plane.ts';
import type { RoutedBackend } from '../gateway/route-table.ts';
import type { Client } from './clients.ts';
import { clusterOf } from './gateway-counters.ts';

/** Endpoints that are all alike: as likely to be drawn, and with the same fate. */
export interface EndpointGroup {
  revision: string;
  /** Nobody answers there: it crashed, or it is gone. */
  refuses?: RoutedEndpoint['refuses'];
  endpoints: number;
}

/** A Service that takes a share of the requests. */
export interface Destination {
  /** Names it, also for the clients that stay with it. */
  service: string;
  /** The revision that the Service belongs to; an apex Service belongs to none. */
  revision?: string;
  weight: number;
  /** Under which name the gateway counts; absent where requests do not come through it. */
  cluster?: string;
  groups: readonly EndpointGroup[];
  /** Pods of it crashed: where there are no endpoints, this is why. */
  crashed: boolean;
}

/** Where the requests of one client go at this moment. */
export interface Flow {
  client: Client;
  destinations: readonly Destination[];
  mirrors: readonly (Destination & { percent: number })[];
  /** Whose clients stay where they are. */
  sessions?: string;
}

/** Looks at what is routed now. */
export function flowOf(dataPlane: DataPlane, client: Client): Flow {
  const { target } = client;
  if (target.kind === 'service') {
    const groups = groupsOf(dataPlane.endpointsOf(target));
    const { service } = target;
    const crashed = dataPlane.hasCrashed(target);
    return { client, destinations: [{ service, weight: 1, groups, crashed }], mirrors: [] };
  }
  const routed = dataPlane.backendsOf(target.host, target);
  const destination = (backend: RoutedBackend, weight: number): Destination => ({
    service: backend.service,
    ...(backend.revision && { revision: backend.revision }),
    weight,
    cluster: clusterOf(backend),
    groups: groupsOf(dataPlane.endpointsOf(backend)),
    crashed: dataPlane.hasCrashed(backend),
  });
  return {
    client,
    destinations: (routed?.backends ?? []).map((backend) => destination(backend, backend.weight)),
    mirrors: (routed?.mirrors ?? []).map((mirror) => ({
      ...destination(mirror, 1),
      percent: mirror.percent,
    })),
    ...(routed?.sessions && { sessions: routed.sessions }),
  };
}

function groupsOf(endpoints: readonly RoutedEndpoint[]): EndpointGroup[] {
  const groups = new Map<string, EndpointGroup>();
  for (const { revision, refuses } of endpoints) {
    const key = `${revision}/${refuses}`;
    const group = groups.get(key) ?? { revision, ...(refuses && { refuses }), endpoints: 0 };
    groups.set(key, { ...group, endpoints: group.endpoints + 1 });
  }
  return [...groups.values()];
}
