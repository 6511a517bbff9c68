import { dirname } from 'node:path';
import type { Binaries } from '../components/context.ts';
import {
  contour,
  contourCrds,
  envoy,
  gatewayApiCrds,
  helm,
  kubectl,
  kubernetes,
  kwok,
  prometheus,
  prometheusOperatorCrds,
  promtool,
} from './catalog.ts';
import { argoRollouts, argoRolloutsCrds, flagger, flaggerCrds } from './measured-beside.ts';
import type { Package } from './package.ts';
import { resolvePackage, type ResolveOptions } from './resolve.ts';
import { kubernetesVersion } from './versions.ts';

/** Parts that are resolved only where they are asked for. */
export type OptionalBinary = 'kwok';

/** All that a cluster is started from. */
export interface ResolvedBinaries {
  kubernetesVersion: string;
  binaries: Binaries;
  /** Folders with the YAML files of the CRDs that the gateway needs. */
  crdFolders: string[];
}

/** Finds, downloads or builds everything that a cluster needs, one after the other. */
export async function resolveBinaries(
  options: ResolveOptions & { need?: OptionalBinary[] } = {},
): Promise<ResolvedBinaries> {
  const environment = options.environment ?? process.env;
  const version = kubernetesVersion(environment['KUBERNETES_VERSION']);
  // The quick ones first: what cannot work shows before the minutes of a build.
  const gatewayApi = await resolvePackage(gatewayApiCrds, options);
  const contourDefinitions = await resolvePackage(contourCrds, options);
  const proxy = await resolvePackage(envoy, options);
  const metrics = await resolvePackage(prometheus, options);
  const gateway = await resolvePackage(contour, options);
  const simulation = options.need?.includes('kwok') ? await resolvePackage(kwok, options) : {};
  const controlPlane = await resolvePackage(kubernetes(version), options);
  const all = { ...proxy, ...metrics, ...gateway, ...simulation, ...controlPlane };
  return {
    kubernetesVersion: version.version,
    binaries: all as Binaries,
    crdFolders: [folderOf(gatewayApi), folderOf(contourDefinitions)],
  };
}

/** kubectl: the user's own, or one of the cluster's version. */
export async function resolveKubectl(options: ResolveOptions = {}): Promise<string> {
  const version = kubernetesVersion((options.environment ?? process.env)['KUBERNETES_VERSION']);
  const found = await resolvePackage(kubectl(version), options);
  return found['kubectl'] as string;
}

/** helm, of the version that the chart is tested with. */
export async function resolveHelm(options: ResolveOptions = {}): Promise<string> {
  const found = await resolvePackage(helm, options);
  return found['helm'] as string;
}

/** The folder with the CRDs of monitors and rules of the Prometheus operator. */
export async function resolvePrometheusOperatorCrds(options: ResolveOptions = {}): Promise<string> {
  return folderOf(await resolvePackage(prometheusOperatorCrds, options));
}

/** promtool: the user's own, or the one of the cluster's Prometheus. */
export async function resolvePromtool(options: ResolveOptions = {}): Promise<string> {
  const found = await resolvePackage(promtool, options);
  return found['promtool'] as string;
}

/** A controller that is measured beside ours, and the files of its CRDs. */
export interface MeasuredBeside {
  program: string;
  crdFiles: string[];
}

export const resolveArgoRollouts = (options?: ResolveOptions): Promise<MeasuredBeside> =>
  measuredBeside(argoRollouts, argoRolloutsCrds, options);

export const resolveFlagger = (options?: ResolveOptions): Promise<MeasuredBeside> =>
  measuredBeside(flagger, flaggerCrds, options);

async function measuredBeside(
  program: Package,
  crds: Package,
  options: ResolveOptions = {},
): Promise<MeasuredBeside> {
  const files = await resolvePackage(crds, options);
  const found = await resolvePackage(program, options);
  return { program: found[program.name] as string, crdFiles: Object.values(files) };
}

function folderOf(files: Record<string, string>): string {
  const first = Object.values(files)[0];
  if (first === undefined) throw new Error('a package without files');
  return dirname(first);
}
