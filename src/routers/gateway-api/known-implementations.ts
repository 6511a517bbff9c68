/**
 * What is known of implementations of the Gateway API that their GatewayClass does not say, by the name of its controller. A
 * class that says what it supports is believed before this table; there is no standard name for session persistence, so that
 * only this table and a feature of that name can tell.
 */
export interface KnownImplementation {
  /** What to call it in messages. */
  name: string;
  /** Extended features that it has, though its GatewayClass lists none. */
  features?: readonly string[];
  /** It does what `sessionPersistence` of a rule asks for, also between backends that share the rule by weight. */
  sessionPersistence: boolean;
}

const byController: Record<string, KnownImplementation> = {
  // Contour 1.33 lists no features. Its own run of the conformance suite leaves the percentage out, because it copies
  // everything; https://github.com/projectcontour/contour/issues/6427 asks for session persistence.
  'projectcontour.io/gateway-controller': {
    name: 'Contour',
    features: ['HTTPRouteQueryParamMatching', 'HTTPRouteRequestMirror'],
    sessionPersistence: false,
  },
  // https://gateway.envoyproxy.io/docs/tasks/traffic/session-persistence/; all backends of a rule are one cluster of its Envoy, so
  // that a session stays with its revision. Where each backend is a cluster, a session lasts only until the next draw.
  'gateway.envoyproxy.io/gatewayclass-controller': { name: 'Envoy Gateway', sessionPersistence: true },
};

export const knownImplementation = (controllerName: string | undefined): KnownImplementation | undefined =>
  controllerName !== undefined && Object.hasOwn(byController, controllerName)
    ? byController[controllerName]
    : undefined;
