import type { ResolvedTraffic } from '../api/defaults.ts';
import { defaults } from '../api/defaults.ts';
import { keyOf } from '../kubernetes/resource.ts';
import { parentInWords } from '../routers/gateway-api/acknowledgement.ts';
import type { GatewayFacts } from '../routers/gateway-api/lacking.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';

/** What the caches know of the parents that a spec names; a parent that is no Gateway has no class. */
export function gatewayFacts(
  cache: Pick<ClusterCache, 'gatewayClass'>,
  namespace: string,
  traffic: ResolvedTraffic,
): GatewayFacts[] {
  if (traffic.kind !== 'gatewayAPI') return [];
  return traffic.parentRefs.map((parentRef) => {
    const parent = parentInWords(parentRef, namespace);
    const isGateway = parentRef.group === defaults.parentGroup && parentRef.kind === defaults.parentKind;
    const key = keyOf({ metadata: { namespace: parentRef.namespace ?? namespace, name: parentRef.name } });
    const gatewayClass = isGateway ? cache.gatewayClass(key) : undefined;
    if (!gatewayClass) return { parent };
    const { metadata, spec, status } = gatewayClass;
    return {
      parent,
      className: metadata.name,
      controllerName: spec?.controllerName,
      supportedFeatures: status?.supportedFeatures,
    };
  });
}
