import type { ResolvedTraffic } from '../api/defaults.ts';
import type { RoutersConfig } from '../config/controller-config.ts';
import type { TrafficView } from '../domain/world.ts';

const instead: Record<ResolvedTraffic['kind'], string> = {
  service: 'set traffic.gatewayAPI',
  gatewayAPI: 'use traffic.service',
};

/**
 * The traffic as it is, with the problem that its router is switched off in the controller's configuration: the rights for its
 * writes may be missing, so that nothing is begun that could not be ended.
 */
export function heldBySwitch(
  view: TrafficView,
  kind: ResolvedTraffic['kind'],
  routers: RoutersConfig,
): TrafficView {
  if (routers[kind]) return view;
  const message =
    `traffic.${kind} is switched off in the controller's configuration: ${instead[kind]}, or have routers.${kind} ` +
    'switched on there';
  return { ...view, problem: { reason: 'RouterSwitchedOff', message } };
}
