import { type Capability, type Lacking } from '../../domain/traffic/route-extras.ts';

const instead = 'use traffic.gatewayAPI';

const reasons: Record<Capability, string> = {
  matchHeaders: `plain Services know nothing of HTTP headers: ${instead}`,
  matchQueryParams: `plain Services know nothing of query parameters: ${instead}`,
  matchPath: `plain Services know nothing of paths: ${instead}`,
  mirror: `plain Services send each request to one pod and copy none: ${instead}`,
  mirrorPercent: `plain Services send each request to one pod and copy none: ${instead}`,
  sticky: `plain Services spread connections over their pods and know no clients: ${instead}`,
  previewRoute: `plain Services have no routes; the preview Service is there without one: ${instead}`,
};

/** A plain Service spreads connections over pods, and that is all. */
export const lackingOfServices: Lacking = reasons;
