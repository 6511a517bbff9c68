import type { RouteExtras } from '../../domain/traffic/route-extras.ts';
import type { Backend } from '../../domain/traffic/split.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { GatewayAPITraffic } from './http-route.ts';
import { mirrorOf } from './mirror-filter.ts';
import { backendsOfRule } from './read-backends.ts';
import { rulesOf } from './route-meaning.ts';
import { stickyOf } from './session-persistence.ts';
import { testersOf } from './tester-rules.ts';

/** What a live route says (law 11): the last rule is everybody's, those before it are the testers'. */
export interface RouteReading {
  backends: Backend[];
  extras: RouteExtras;
}

export function readRoute(
  route: KubernetesObject,
  deployment: string,
  { matches }: Pick<GatewayAPITraffic, 'matches'>,
): RouteReading {
  const everybody = rulesOf(route).at(-1) ?? {};
  const testers = testersOf(route, deployment, matches);
  const mirror = mirrorOf(everybody, deployment);
  const sticky = stickyOf(everybody.sessionPersistence);
  return {
    backends: backendsOfRule(everybody, deployment),
    extras: { ...(testers && { testers }), ...(mirror && { mirror }), ...(sticky && { sticky }) },
  };
}
