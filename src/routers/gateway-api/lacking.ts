import type { Capability, Lacking } from '../../domain/traffic/route-extras.ts';
import { knownImplementation } from './known-implementations.ts';

/** One parent of the route, and what its GatewayClass says; see gateway.networking.k8s.io/v1. */
export interface GatewayFacts {
  /** As a person would name it: `Gateway infra/public`. */
  parent: string;
  /** Absent when the Gateway or its class is not there. */
  className?: string;
  controllerName?: string;
  /** `status.supportedFeatures`: names, or objects with a name. Absent when the class says nothing. */
  supportedFeatures?: readonly (string | { name: string })[];
}

/** Extended features of the API; matches of headers and paths are core, and every implementation has them. */
const features = {
  matchQueryParams: { feature: 'HTTPRouteQueryParamMatching', what: 'match query parameters' },
  mirror: { feature: 'HTTPRouteRequestMirror', what: 'mirror requests' },
  mirrorPercent: { feature: 'HTTPRouteRequestPercentageMirror', what: 'mirror a part of the requests' },
} as const satisfies Partial<Record<Capability, { feature: string; what: string }>>;

/**
 * What the gateways of a route cannot do, by what their classes say: a field that an implementation does not know is
 * silently ignored, and a rollout that mirrors nothing would look like one that does. With several gateways, what one of them
 * lacks is lacking.
 */
export function lackingOf(gateways: readonly GatewayFacts[]): Lacking {
  const lacking: Lacking = {};
  for (const gateway of gateways) {
    for (const [capability, { feature, what }] of Object.entries(features)) {
      if (!hasFeature(gateway, feature)) {
        lacking[capability as Capability] ??= inWords(gateway, what, `the feature ${feature}`);
      }
    }
    if (!keepsSessions(gateway)) {
      lacking.sticky ??= inWords(gateway, 'keep clients with one revision', 'session persistence');
    }
  }
  return lacking;
}

const listed = ({ supportedFeatures }: GatewayFacts): string[] | undefined =>
  supportedFeatures?.length
    ? supportedFeatures.map((feature) => (typeof feature === 'string' ? feature : feature.name))
    : undefined;

function hasFeature(gateway: GatewayFacts, feature: string): boolean {
  const known = listed(gateway) ?? knownImplementation(gateway.controllerName)?.features;
  return known?.includes(feature) === true;
}

function keepsSessions(gateway: GatewayFacts): boolean {
  return (
    listed(gateway)?.some((feature) => feature.includes('SessionPersistence')) === true ||
    knownImplementation(gateway.controllerName)?.sessionPersistence === true
  );
}

function inWords(gateway: GatewayFacts, what: string, needed: string): string {
  const { parent, className, controllerName } = gateway;
  if (className === undefined) {
    return `${parent} is not known to ${what}: it or its GatewayClass does not exist`;
  }
  const known = knownImplementation(controllerName);
  if (known) return `${parent} cannot ${what}: ${known.name} does not have ${needed}`;
  if (listed(gateway)) return `${parent} cannot ${what}: GatewayClass ${className} does not list ${needed}`;
  return `${parent} is not known to ${what}: GatewayClass ${className} says nothing of ${needed} in status.supportedFeatures`;
}
