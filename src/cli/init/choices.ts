import type { PresetName } from '../../api/preset-names.ts';
import type { Traffic } from '../../api/traffic.ts';
import { modelName } from '../convert/names.ts';
import { gatewayTraffic } from '../convert/traffic.ts';
import { runtimes } from '../../metrics-source/presets/presets.ts';
import { errorShareQuery } from './error-share-query.ts';
import type { Gate, InitOptions, StrategyName } from './init-options.ts';
import { runtimeOf } from './runtime-of.ts';
import type { Surroundings } from './surroundings.ts';
import { partOf } from '../convert/conversion.ts';

/** All that a manifest is made from, beside the Deployment. */
export interface Choices {
  name: string;
  /** Undefined: plain Services. */
  traffic: Traffic | undefined;
  strategy: StrategyName;
  gates: readonly Gate[];
  /** What is too slow, in milliseconds; undefined: both revisions are compared. */
  latencyMs: number | undefined;
  /** The model server. */
  preset: PresetName | undefined;
}

/** A name that no Service has: the Services of a ModelDeployment are named after it. */
export function defaultName({ deployment, takenNames }: Surroundings): string {
  const name = modelName(deployment.metadata.name ?? '');
  if (!takenNames.has(name)) return name;
  const end = '-model';
  return `${name.slice(0, 40 - end.length).replace(/-+$/, '')}${end}`;
}

/** The ways that requests may come, the likeliest first. */
export function trafficChoices(
  options: InitOptions,
  { routes }: Surroundings,
): { name: string; traffic: Traffic | undefined }[] {
  const service = { name: 'plain Services: the split is the ratio of pods', traffic: undefined };
  if (options.traffic === 'service') return [service];
  if (options.gateway)
    return [{ name: 'the Gateway of --gateway', traffic: gatewayTraffic(options, undefined) }];
  const gateways = routes.map(({ name, route }) => ({
    name: `Gateway ${route.parentRefs.map((parent) => parent.name).join(', ')}, as HTTPRoute ${name} has it`,
    traffic: gatewayTraffic(options, route),
  }));
  return [...gateways.filter(({ traffic }) => traffic !== undefined), ...(options.traffic ? [] : [service])];
}

/** The strategies that the traffic allows: copies are made by a gateway. */
export const strategyChoices = (traffic: Traffic | undefined): StrategyName[] =>
  traffic ? ['canary', 'blueGreen', 'shadow'] : ['canary', 'blueGreen'];

/** The gates that can be had: behind a gateway both comparisons, otherwise what the model server counts. */
export function gateChoices(traffic: Traffic | undefined, preset: PresetName | undefined): Gate[] {
  const data = runtimes.find(({ name }) => name === preset);
  return [
    ...(traffic || (data && errorShareQuery(data)) ? (['errors'] as const) : []),
    ...(traffic ? (['latency'] as const) : []),
    ...(data?.named?.timeToFirstToken ? (['first-token'] as const) : []),
  ];
}

/** The model server that the flags name, or the pods show. */
export const presetOf = ({ preset }: InitOptions, { deployment }: Surroundings): PresetName | undefined =>
  preset ?? runtimeOf(partOf(deployment, 'spec', 'template'));
