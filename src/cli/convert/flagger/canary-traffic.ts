import type { RouteMatch, Traffic } from '../../../api/traffic.ts';
import type { ConversionInput } from '../conversion.ts';
import type { SourceNode } from '../source-node.ts';
import { gatewayTraffic, parentOf, splitWords } from '../traffic.ts';

/** Reads how requests reach a Canary. Undefined: plain Services. */
export function canaryTraffic(spec: SourceNode, input: ConversionInput): Traffic | undefined {
  const service = spec.at('service');
  const parents = service
    .at('gatewayRefs')
    .items()
    .map((node) => parentOf(node.take()));
  const hostnames = service
    .at('hosts')
    .items()
    .flatMap((node) => {
      const host = node.text();
      return host === undefined || host === '*' ? [] : [host];
    });
  const matches = service.at('match').items().flatMap(matchOf);
  const isAll = matches.every(({ path, method }) => path?.value === '/' && method === undefined);
  const traffic = gatewayTraffic(input, { parentRefs: parents, hostnames, matches: isAll ? [] : matches });
  const provider = spec.at('provider');
  const name = provider.text();
  if (name !== undefined && name !== 'kubernetes' && !name.startsWith('gatewayapi'))
    provider.changed(`requests were split by ${name}: ${splitWords(traffic)}`);
  if (!traffic)
    service.at('hosts').dropped('host names belong to a gateway: --gateway NAMESPACE/NAME names one');
  leftOut(service);
  return traffic;
}

const types = { prefix: 'PathPrefix', exact: 'Exact', regex: 'RegularExpression' } as const;

/** A match as Istio writes it, as far as a route here has it. */
function matchOf(node: SourceNode): RouteMatch[] {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;
  const asked = node.at('method', 'exact').text();
  const method = methods.find((one) => one === asked);
  const uri = node.at('uri');
  const [path] = (['prefix', 'exact', 'regex'] as const).flatMap((kind) => {
    const value = uri.at(kind).text();
    return value === undefined ? [] : [{ type: types[kind], value }];
  });
  const only = 'of a match path and method are taken';
  for (const field of [
    'headers',
    'queryParams',
    'authority',
    'scheme',
    'port',
    'gateways',
    'sourceLabels',
    'name',
  ])
    node.at(field).dropped(only);
  return path || method ? [{ ...(path && { path }), ...(method && { method }) }] : [];
}

const route =
  'the controller writes a route of its own, without it: set it at the gateway, or on the Service of the model';

function leftOut(service: SourceNode): void {
  service
    .at('gateways')
    .dropped('a Gateway of Istio is none of the Gateway API: --gateway NAMESPACE/NAME names one');
  for (const field of ['timeout', 'backendTimeout', 'retries', 'rewrite', 'headers', 'corsPolicy', 'mirror'])
    service.at(field).dropped(route);
  service
    .at('trafficPolicy')
    .dropped('a DestinationRule of your own, for the Services of the revisions, has it');
  for (const field of ['apex', 'primary', 'canary'])
    service.at(field).dropped('Services have the labels of the controller alone');
  for (const field of [
    'backends',
    'meshName',
    'delegation',
    'trafficDistribution',
    'headless',
    'managedRoute',
  ])
    service.at(field).dropped('Services and routes are made by the controller, without it');
  // Every port that a container declares stays declared; clients of the Service have one.
  service.at('portDiscovery').dropped('the Service has one port: others are reached at the pods');
  service.at('portName').take();
}
