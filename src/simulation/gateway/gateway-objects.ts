import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';

export interface GatewayOptions {
  namespace: string;
  name: string;
  className: string;
  /** Who implements it; by this the controller knows how the gateway counts. */
  controllerName: string;
  /** What the implementation can do, as its GatewayClass says. */
  supportedFeatures: readonly string[];
}

export const defaultGateway: GatewayOptions = {
  namespace: 'gateway',
  name: 'public',
  className: 'contour',
  controllerName: 'projectcontour.io/gateway-controller',
  supportedFeatures: [
    'Gateway',
    'HTTPRoute',
    'HTTPRouteHostRewrite',
    'HTTPRouteMethodMatching',
    'HTTPRouteQueryParamMatching',
    'HTTPRouteRequestMirror',
    'HTTPRouteRequestTimeout',
    'HTTPRouteResponseHeaderModification',
    'ReferenceGrant',
  ],
};

const accepted = (observedGeneration: number, at: string) => [
  {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: '',
    observedGeneration,
    lastTransitionTime: at,
  },
];

export const gatewayClassObject = ({ className, controllerName }: GatewayOptions): KubernetesObject => ({
  apiVersion: resourceKinds.gatewayClass.apiVersion,
  kind: resourceKinds.gatewayClass.kind,
  metadata: { name: className },
  spec: { controllerName },
});

export const gatewayClassStatus = (
  { supportedFeatures }: GatewayOptions,
  at: string,
): Record<string, unknown> => ({
  conditions: accepted(1, at),
  supportedFeatures: supportedFeatures.map((name) => ({ name })),
});

export const gatewayObject = ({ namespace, name, className }: GatewayOptions): KubernetesObject => ({
  apiVersion: resourceKinds.gateway.apiVersion,
  kind: resourceKinds.gateway.kind,
  metadata: { namespace, name },
  spec: {
    gatewayClassName: className,
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
  },
});

export const gatewayStatus = (at: string): Record<string, unknown> => ({
  addresses: [{ type: 'IPAddress', value: '10.96.0.80' }],
  conditions: [
    ...accepted(1, at),
    {
      type: 'Programmed',
      status: 'True',
      reason: 'Programmed',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: at,
    },
  ],
});
