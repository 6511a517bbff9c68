import { ConversionLog } from '../convert/conversion-log.ts';
import { partOf } from '../convert/conversion.ts';
import {
  type FoundManifest,
  mayBeIn,
  servicesLike,
  servicesSelecting,
} from '../convert/selecting-services.ts';
import { SourceNode } from '../convert/source-node.ts';
import { type KnownRoute, routeOf } from '../convert/traffic.ts';

/** What there is in the namespace of the Deployment. A list is undefined where nobody may read it. */
export interface Neighbours {
  services: readonly FoundManifest[] | undefined;
  httpRoutes: readonly FoundManifest[] | undefined;
}

/** A Deployment with what leads to its pods. */
export interface Surroundings {
  deployment: FoundManifest;
  /** The Service that selects the pods, the likeliest where there are several. */
  service: FoundManifest | undefined;
  /** All Services that select the pods. */
  selecting: FoundManifest[];
  /** HTTPRoutes that name one of these Services, with what is known of them. */
  routes: { name: string; route: KnownRoute }[];
  /** Names of Services: a ModelDeployment takes over none. */
  takenNames: ReadonlySet<string>;
}

/** Finds the Services that select the pods of a Deployment, and the HTTPRoutes that lead to them. Pure. */
export function surroundingsOf(deployment: FoundManifest, neighbours: Neighbours): Surroundings {
  const { namespace } = deployment.metadata;
  const inNamespace = (one: FoundManifest) => mayBeIn(namespace, one);
  const all = (neighbours.services ?? []).filter(inNamespace);
  const labels = partOf(deployment, 'spec', 'template', 'metadata', 'labels');
  const known = servicesSelecting(all, labels, namespace);
  // Who may not list Services does not know which of them find the pods.
  const unseen = servicesLike(
    'those that you may not list',
    partOf(deployment, 'spec', 'selector', 'matchLabels'),
  );
  const selecting = neighbours.services ? known : servicesSelecting([unseen], labels, namespace);
  const names = new Set(known.map(nameOf));
  const httpRoutes = (neighbours.httpRoutes ?? []).filter(inNamespace);
  const leading = httpRoutes.filter((route) => backendsOf(route).some((name) => names.has(name)));
  const routed = new Set(leading.flatMap(backendsOf));
  const service =
    known.find((one) => nameOf(one) === deployment.metadata.name) ??
    known.find((one) => routed.has(nameOf(one))) ??
    known[0];
  return {
    deployment,
    service,
    selecting,
    routes: leading.map((route) => ({
      name: nameOf(route),
      route: routeOf(route, undefined, new SourceNode('spec', undefined, new ConversionLog())),
    })),
    takenNames: new Set(all.map(nameOf)),
  };
}

const nameOf = ({ metadata: { name = '' } }: FoundManifest): string => name;

function backendsOf(route: FoundManifest): string[] {
  const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return listOf(partOf(route, 'spec', 'rules'))
    .flatMap((rule) => listOf(partOf(rule, 'backendRefs')))
    .flatMap((backend) => {
      const name = partOf(backend, 'name');
      return (partOf(backend, 'kind') ?? 'Service') === 'Service' && typeof name === 'string' ? [name] : [];
    });
}
