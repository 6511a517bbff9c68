import { keyOf, type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { apiTime } from '../../runtime/api-time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiRequests } from '../api-server/api-requests.ts';
import { isSame } from '../api-server/json-value.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { LaggingWork } from '../lagging-work.ts';
import { DataPlane } from './data-plane.ts';
import {
  gatewayClassObject,
  gatewayClassStatus,
  gatewayObject,
  type GatewayOptions,
  gatewayStatus,
} from './gateway-objects.ts';
import { type RoutedBackend, routedHosts } from './route-table.ts';

export interface GatewayTimings {
  /** From a change of a route until its status says that it was seen. */
  acknowledgeMs: () => number;
  /** From a change of a route until requests follow it. */
  programMs: () => number;
}

/** What the gateway's controller tells of a route: the truth, nothing, or of the generation before. */
export type Acknowledging = 'true' | 'never' | 'oldGeneration';

interface ParentReference {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
}

const { httpRoute: routeKind, service: serviceKind } = resourceKinds;

/** One Gateway and the controller that implements it: reads HTTPRoutes, says so in their status, and routes. */
export class SimulatedGateway {
  readonly dataPlane: DataPlane;
  readonly #server: SimulatedApiServer;
  readonly #requests: ApiRequests;
  readonly #clock: Clock;
  readonly #options: GatewayOptions;
  readonly #acknowledging: LaggingWork;
  readonly #programming: LaggingWork;
  #mode: Acknowledging = 'true';

  constructor(server: SimulatedApiServer, clock: Clock, options: GatewayOptions, timings: GatewayTimings) {
    this.dataPlane = new DataPlane(server);
    this.#server = server;
    this.#requests = server.as('gateway-controller');
    this.#clock = clock;
    this.#options = options;
    this.#acknowledging = new LaggingWork(clock, timings.acknowledgeMs, (key) => this.#acknowledge(key));
    this.#programming = new LaggingWork(clock, timings.programMs, (key) => this.#program(key));
    server.onChange(({ kind, type, object, previous }) => {
      if (
        kind === routeKind.kind &&
        (!previous || !isSame(previous['spec'], object['spec']) || type === 'DELETED')
      ) {
        this.#plan(keyOf(object));
      }
      // A backend that comes or goes changes what can be resolved.
      if (kind === serviceKind.kind && type !== 'MODIFIED') this.#planAll();
    });
    this.#install();
  }

  /** What its routes' status tells from now on. */
  acknowledge(mode: Acknowledging): void {
    this.#mode = mode;
    this.#planAll();
  }

  /** The data plane keeps what it has, whatever the routes say, until `follow`. */
  freeze(): void {
    this.#programming.hold();
  }

  follow(): void {
    this.#programming.release();
  }

  #install(): void {
    const at = apiTime(this.#clock.now());
    const gatewayClass = this.#requests.create(gatewayClassObject(this.#options));
    const gateway = this.#requests.create(gatewayObject(this.#options));
    const status = { subresource: 'status' } as const;
    this.#requests.replace({ ...gatewayClass, status: gatewayClassStatus(this.#options, at) }, status);
    this.#requests.replace({ ...gateway, status: gatewayStatus(at) }, status);
  }

  #planAll(): void {
    for (const route of this.#server.list(routeKind)) this.#plan(keyOf(route));
  }

  #plan(key: string): void {
    this.#acknowledging.plan(key);
    this.#programming.plan(key);
  }

  #acknowledge(key: string): void {
    const route = this.#server.find(routeKind, key);
    if (!route || this.#mode === 'never') return;
    const parents = this.#ownParents(route).map((parentRef) => this.#parentStatus(route, parentRef));
    const others = ((route['status']?.parents ?? []) as { controllerName: string }[]).filter(
      ({ controllerName }) => controllerName !== this.#options.controllerName,
    );
    const status = { parents: [...others, ...parents] };
    if (!isSame(status, route['status']))
      this.#requests.replace({ ...route, status }, { subresource: 'status' });
  }

  #parentStatus(route: KubernetesObject, parentRef: ParentReference) {
    const behind = this.#mode === 'oldGeneration' ? 1 : 0;
    const observedGeneration = (route.metadata.generation ?? 0) - behind;
    const before = (
      (route['status']?.parents ?? []) as {
        parentRef: object;
        conditions: { type: string; status: string; lastTransitionTime: string }[];
      }[]
    ).find((parent) => isSame(parent.parentRef, parentRef))?.conditions;
    const condition = (type: string, holds: boolean, reason: string, message: string) => {
      const status = holds ? 'True' : 'False';
      const known = before?.find((one) => one.type === type && one.status === status);
      const lastTransitionTime = known?.lastTransitionTime ?? apiTime(this.#clock.now());
      return { type, status, reason, message, observedGeneration, lastTransitionTime };
    };
    const missing = this.#missingBackend(route);
    return {
      parentRef,
      controllerName: this.#options.controllerName,
      conditions: [
        condition('Accepted', true, 'Accepted', 'Accepted HTTPRoute'),
        missing
          ? condition('ResolvedRefs', false, 'BackendNotFound', `service "${missing}" is not found`)
          : condition('ResolvedRefs', true, 'ResolvedRefs', 'References resolved'),
      ],
    };
  }

  #program(key: string): void {
    const route = this.#server.find(routeKind, key);
    const attached = route && this.#ownParents(route).length > 0;
    this.dataPlane.program(key, attached ? routedHosts(route, this.#exists) : undefined);
  }

  #ownParents(route: KubernetesObject): ParentReference[] {
    const { namespace, name } = this.#options;
    return ((route['spec'].parentRefs ?? []) as ParentReference[]).filter(
      (parent) =>
        (parent.kind ?? 'Gateway') === 'Gateway' &&
        parent.name === name &&
        (parent.namespace ?? route.metadata.namespace) === namespace,
    );
  }

  #missingBackend(route: KubernetesObject): string | undefined {
    const refs = (
      (route['spec'].rules ?? []) as { backendRefs?: { name: string; namespace?: string; port: number }[] }[]
    ).flatMap(({ backendRefs }) => backendRefs ?? []);
    const namespaceOf = (own: string | undefined) => own ?? route.metadata.namespace ?? '';
    return refs.find(
      ({ name, namespace, port }) =>
        !this.#exists({ namespace: namespaceOf(namespace), service: name, port }),
    )?.name;
  }

  readonly #exists = ({ namespace, service, port }: RoutedBackend): boolean => {
    const found = this.#server.find(serviceKind, keyOf({ metadata: { namespace, name: service } }));
    return ((found?.['spec'].ports ?? []) as { port: number }[]).some((one) => one.port === port);
  };
}
