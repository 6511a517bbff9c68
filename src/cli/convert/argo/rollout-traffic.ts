import type { Traffic } from '../../../api/traffic.ts';
import { type ConversionInput, findObject, partOf } from '../conversion.ts';
import type { SourceNode } from '../source-node.ts';
import { gatewayTraffic, type KnownRoute, routeOf, splitWords } from '../traffic.ts';

/** What splits the traffic of a Rollout. */
export interface RolloutTraffic {
  /** Undefined: plain Services. */
  traffic: Traffic | undefined;
  /** What `setWeight` counts up to. */
  maxWeight: number;
}

/** Routers that are named by a field of their own, with what they are called. */
const routers: Readonly<Record<string, string>> = {
  istio: 'Istio',
  nginx: 'ingress-nginx',
  alb: 'an AWS load balancer',
  smi: 'a TrafficSplit of SMI',
  traefik: 'a TraefikService',
  ambassador: 'Ambassador',
  apisix: 'APISIX',
  appMesh: 'AWS App Mesh',
};

/** Reads `trafficRouting`. */
export function rolloutTraffic(node: SourceNode, input: ConversionInput, namespace?: string): RolloutTraffic {
  node.at('managedRoutes').take();
  const maxWeight = node.at('maxTrafficWeight').number() ?? 100;
  const known = pluginRoute(node, input, namespace);
  const hostnames = Object.keys(routers).flatMap((name) => hostsOf(name, node.at(name), input, namespace));
  const traffic = gatewayTraffic(
    input,
    known ?? (hostnames.length > 0 ? { parentRefs: [], hostnames, matches: [] } : undefined),
  );
  for (const [name, title] of Object.entries(routers))
    node.at(name).changed(`requests were split by ${title}: ${splitWords(traffic)}`);
  for (const [name, plugin] of node.at('plugins').entries()) {
    if (!isGatewayPlugin(name)) plugin.changed(`requests were split by a plugin: ${splitWords(traffic)}`);
  }
  return { traffic, maxWeight };
}

const isGatewayPlugin = (name: string): boolean => /gatewayapi$/i.test(name);

/** The HTTPRoute that the plugin for the Gateway API is told of. */
function pluginRoute(
  node: SourceNode,
  input: ConversionInput,
  namespace: string | undefined,
): KnownRoute | undefined {
  const plugins = [...node.at('plugins').entries(), ...node.at('plugin').entries()];
  const [, plugin] = plugins.find(([name]) => isGatewayPlugin(name)) ?? [];
  if (!plugin) return undefined;
  const single = plugin.at('httpRoute');
  const several = plugin.at('httpRoutes').items();
  for (const other of several.slice(1))
    other.dropped('a model has one HTTPRoute; its parents, host names and matches are those of the first');
  plugin
    .at('grpcRoute')
    .dropped('requests of gRPC come by an HTTPRoute: service.appProtocol is kubernetes.io/h2c');
  const named = single.isPresent ? single : several[0]?.at('name');
  const name = named?.text();
  const routeNamespace = plugin.at('namespace').text() ?? namespace;
  if (!named || name === undefined) return undefined;
  const route = findObject(input, 'HTTPRoute', name, routeNamespace);
  if (route) {
    named.changed(
      `the controller writes an HTTPRoute of its own; delete ${name} when the ModelDeployment serves`,
    );
    return routeOf(route, routeNamespace === namespace ? undefined : routeNamespace, named);
  }
  if (!input.gateway) {
    named.missing(
      `HTTPRoute ${name} is in none of the files: give it too, or --gateway NAMESPACE/NAME; until then plain Services split by numbers of pods`,
    );
  }
  return undefined;
}

/** Host names of a VirtualService or Ingress among the files. */
function hostsOf(
  router: string,
  node: SourceNode,
  input: ConversionInput,
  namespace: string | undefined,
): string[] {
  const names = (field: SourceNode): string[] => {
    const { raw } = field;
    return typeof raw === 'string' ? [raw] : [];
  };
  const found = (kind: string, name: string) => findObject(input, kind, name, namespace);
  const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  if (router === 'istio') {
    const services = [node.at('virtualService'), ...node.at('virtualServices').items()];
    return services
      .flatMap((one) => names(one.at('name')))
      .flatMap((name) => listOf(partOf(found('VirtualService', name), 'spec', 'hosts')))
      .filter(isPublicHost);
  }
  const ingresses = [
    ...names(node.at('stableIngress')),
    ...node.at('stableIngresses').items().flatMap(names),
    ...names(node.at('ingress')),
  ];
  return ingresses
    .flatMap((name) => listOf(partOf(found('Ingress', name), 'spec', 'rules')))
    .map((rule) => partOf(rule, 'host'))
    .filter(isPublicHost);
}

/** What a Gateway can be asked for: not a Service by its name in the cluster. */
const isPublicHost = (host: unknown): host is string =>
  typeof host === 'string' && host.includes('.') && !/\.svc(\.|$)/.test(host) && host !== '*';
