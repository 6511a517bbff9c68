import { type PresetName, presetNames } from '../../api/preset-names.ts';
import type { ParentReference } from '../../api/traffic.ts';
import { type ClusterChoice, clusterFlags } from '../cluster/cluster-flags.ts';
import { gatewayOf } from '../convert/convert-options.ts';
import { durationFlag, parseCommand } from '../flags.ts';
import { UsageError } from '../usage-error.ts';
import { gates as allGates, strategies, trafficKinds } from './init-help.ts';

export type StrategyName = (typeof strategies)[number];
export type Gate = (typeof allGates)[number];
export type TrafficKind = (typeof trafficKinds)[number];

/** What the flags say; what they leave open is asked, or chosen. */
export interface InitOptions {
  cluster: ClusterChoice;
  deployment: string | undefined;
  /** Instead of a cluster. */
  files: string[] | undefined;
  name: string | undefined;
  strategy: StrategyName | undefined;
  traffic: TrafficKind | undefined;
  gateway: Pick<ParentReference, 'name' | 'namespace'> | undefined;
  hostnames: string[];
  gates: Gate[] | undefined;
  latencyMs: number | undefined;
  preset: PresetName | undefined;
  /** Undefined: standard output. */
  write: string | undefined;
  force: boolean;
  asks: boolean;
}

const flags = {
  ...clusterFlags,
  file: { type: 'string', short: 'f', multiple: true },
  name: { type: 'string' },
  strategy: { type: 'string' },
  traffic: { type: 'string' },
  gateway: { type: 'string' },
  hostname: { type: 'string', multiple: true },
  gates: { type: 'string' },
  latency: { type: 'string' },
  preset: { type: 'string' },
  write: { type: 'string', short: 'w' },
  force: { type: 'boolean' },
  'no-input': { type: 'boolean' },
} as const;

/** Reads the flags. Throws `UsageError`. */
export function parseInitOptions(argv: readonly string[]): InitOptions {
  const { values, positionals } = parseCommand(argv, flags);
  const [deployment, ...more] = positionals.map(withoutKind);
  if (more.length > 0)
    throw new UsageError(`init needs the name of one Deployment: found ${positionals.join(' ')}`);
  const traffic = oneOf('--traffic', values.traffic, trafficKinds);
  if (traffic === 'service' && (values.gateway !== undefined || values.hostname !== undefined))
    throw new UsageError(
      '--traffic service has no Gateway and no host names: leave --gateway and --hostname out',
    );
  if (values.force && values.write === undefined)
    throw new UsageError('--force belongs to --write: standard output overwrites nothing');
  if (values.name !== undefined && !/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(values.name))
    throw new UsageError(
      `--name: found "${values.name}"; accepted: at most 40 lower-case letters, digits and "-", a letter first`,
    );
  return {
    cluster: values,
    deployment,
    files: values.file,
    name: values.name,
    strategy: oneOf('--strategy', values.strategy, strategies),
    traffic,
    gateway: values.gateway === undefined ? undefined : gatewayOf(values.gateway),
    hostnames: values.hostname ?? [],
    gates: gatesOf(values.gates),
    latencyMs: durationFlag('--latency', values.latency),
    preset: oneOf('--preset', values.preset, presetNames),
    write: values.write,
    force: values.force ?? false,
    asks: !values['no-input'],
  };
}

function oneOf<Accepted extends string>(
  flag: string,
  text: string | undefined,
  accepted: readonly Accepted[],
): Accepted | undefined {
  if (text === undefined) return undefined;
  const found = accepted.find((one) => one === text);
  if (!found) throw new UsageError(`${flag}: found "${text}"; accepted: ${accepted.join(', ')}`);
  return found;
}

function gatesOf(text: string | undefined): Gate[] | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return [];
  const names = text.split(',').map((name) => {
    const gate = allGates.find((one) => one === name.trim());
    if (!gate) throw new UsageError(`--gates: found "${name}"; accepted: ${allGates.join(', ')}, or none`);
    return gate;
  });
  return [...new Set(names)];
}

/** kubectl writes `deployment.apps/digits`, and people `deploy/digits`. */
function withoutKind(name: string): string {
  const [, kind, rest] = /^([^/]*)\/(.*)$/.exec(name) ?? [];
  if (kind === undefined || rest === undefined) return name;
  if (/^(deploy|deployments?)(\.apps)?$/i.test(kind)) return rest;
  throw new UsageError(`"${name}" is no Deployment; accepted: NAME or deployment/NAME`);
}
