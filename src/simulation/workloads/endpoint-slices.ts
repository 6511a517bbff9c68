import { keyOf, type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import { serviceNameLabel } from '../../routers/objects/labels.ts';
import type { ApiRequests } from '../api-server/api-requests.ts';
import { isSame } from '../api-server/json-value.ts';
import { selects } from '../api-server/selectors.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { LaggingWork } from '../lagging-work.ts';
import { isReady } from './pod-status.ts';

const { service: serviceKind, pod: podKind, endpointSlice: sliceKind } = resourceKinds;

/** The EndpointSlice controller: one slice per Service with a selector, which follows selector and pods after a lag. */
export class EndpointSlices {
  readonly #server: SimulatedApiServer;
  readonly #requests: ApiRequests;
  readonly #work: LaggingWork;

  constructor(server: SimulatedApiServer, clock: Clock, lagMs: () => number) {
    this.#server = server;
    this.#requests = server.as('endpointslice-controller');
    this.#work = new LaggingWork(clock, lagMs, (key) => this.#sync(key));
    server.onChange(({ kind, object, previous }) => {
      if (kind === serviceKind.kind) this.#work.plan(keyOf(object));
      if (kind === podKind.kind) this.#podChanged(object, previous);
    });
  }

  /** The controller is down until `resume`. */
  stop(): void {
    this.#work.hold();
  }

  resume(): void {
    this.#work.release();
  }

  #podChanged(pod: KubernetesObject, previous: KubernetesObject | undefined): void {
    for (const service of this.#server.list(serviceKind)) {
      if (service.metadata.namespace !== pod.metadata.namespace) continue;
      const { selector } = service['spec'];
      if (selects(selector, pod) || (previous && selects(selector, previous)))
        this.#work.plan(keyOf(service));
    }
  }

  #sync(key: string): void {
    const service = this.#server.find(serviceKind, key);
    // The collector takes the slices of a Service that is gone.
    if (!service?.['spec'].selector || service.metadata.deletionTimestamp) return;
    const wanted = this.#sliceOf(service);
    const live = this.#server.find(sliceKind, keyOf(wanted));
    if (!live) this.#requests.create(wanted);
    else if (live.metadata.ownerReferences?.[0]?.uid !== service.metadata.uid) {
      // Of a Service of the same name that is on its way out.
      this.#requests.delete(sliceKind, {
        namespace: wanted.metadata.namespace ?? '',
        name: wanted.metadata.name,
      });
      this.#requests.create(wanted);
    } else if (
      !isSame(wanted['endpoints'], live['endpoints']) ||
      !isSame(wanted.metadata.labels, live.metadata.labels)
    ) {
      this.#requests.replace({ ...live, ...wanted, metadata: { ...live.metadata, ...wanted.metadata } });
    }
  }

  #sliceOf({ apiVersion, kind, metadata, spec }: KubernetesObject): KubernetesObject {
    const pods = [...this.#server.list(podKind)].filter(
      (pod) =>
        pod.metadata.namespace === metadata.namespace && selects(spec.selector, pod) && pod['status']?.podIP,
    );
    return {
      apiVersion: sliceKind.apiVersion,
      kind: sliceKind.kind,
      metadata: {
        namespace: metadata.namespace,
        name: `${metadata.name}-slice`,
        labels: { ...metadata.labels, [serviceNameLabel]: metadata.name },
        ownerReferences: [
          { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true },
        ],
      },
      addressType: 'IPv4',
      endpoints: pods
        .map(endpointOf)
        .sort((left, right) => (left.targetRef.name < right.targetRef.name ? -1 : 1)),
      ports: (spec.ports as { name?: string; port: number; protocol: string }[]).map(
        ({ name, port, protocol }) => ({
          name,
          port,
          protocol,
        }),
      ),
    };
  }
}

function endpointOf(pod: KubernetesObject) {
  const { namespace, name, uid, deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  return {
    addresses: [pod['status'].podIP as string],
    conditions: { ready: serving && !terminating, serving, terminating },
    targetRef: { kind: podKind.kind, namespace, name, uid },
  };
}
