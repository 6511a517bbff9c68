import type { ResolvedTraffic } from '../api/defaults.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import type { Router } from './router.ts';
import { ServiceRouter } from './service.router.ts';

/** Routers have no state: one of each serves every ModelDeployment. */
const routers: Record<ResolvedTraffic['kind'], Router> = {
  gatewayAPI: new GatewayApiRouter(),
  service: new ServiceRouter(),
};

/** The router that a spec asks for. */
export const routerFor = (traffic: ResolvedTraffic): Router => routers[traffic.kind];
