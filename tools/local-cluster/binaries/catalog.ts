import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Package } from './package.ts';
import { versions, type KubernetesVersion } from './versions.ts';

const variableOf = (file: string) => `UNDERSTUDY_${file.toUpperCase().replaceAll('-', '_')}`;

type Override = Pick<Package, 'override' | 'overrideVariable'>;

/** A variable of its own for each file: `UNDERSTUDY_ENVOY=/path/to/envoy`. */
const ownVariable = (name: string): Override => ({
  override: (_, environment) => environment[variableOf(name)] || undefined,
  overrideVariable: variableOf(name),
});

/** A variable that names a folder: `UNDERSTUDY_GATEWAY_API_CRDS=/path`. */
const folderVariable = (name: string): Override => ({
  override: (file, environment) => {
    const folder = environment[variableOf(name)];
    return folder ? join(folder, file) : undefined;
  },
  overrideVariable: variableOf(name),
});

/** What the files of the Gateway API's experimental channel are called. */
const gatewayApiCrdFiles = [
  'gateway.networking.k8s.io_backendtlspolicies.yaml',
  'gateway.networking.k8s.io_gatewayclasses.yaml',
  'gateway.networking.k8s.io_gateways.yaml',
  'gateway.networking.k8s.io_grpcroutes.yaml',
  'gateway.networking.k8s.io_httproutes.yaml',
  'gateway.networking.k8s.io_referencegrants.yaml',
  'gateway.networking.k8s.io_tcproutes.yaml',
  'gateway.networking.k8s.io_tlsroutes.yaml',
  'gateway.networking.k8s.io_udproutes.yaml',
  'gateway.networking.x-k8s.io_xbackendtrafficpolicies.yaml',
  'gateway.networking.x-k8s.io_xlistenersets.yaml',
];

const versioned = { kind: 'executables', acceptFromPath: false } as const;

export function kubernetes(version: KubernetesVersion): Package {
  return {
    ...versioned,
    name: 'kubernetes',
    version: version.version,
    files: ['kube-apiserver', 'kube-controller-manager', 'etcd'],
    override: (file, environment) => kubebuilderAsset(file, environment),
    overrideVariable: 'KUBEBUILDER_ASSETS',
    ways: [],
  };
}
const kubebuilderAsset = (file: string, environment: NodeJS.ProcessEnv) => {
  const folder = environment['KUBEBUILDER_ASSETS'];
  return folder && existsSync(join(folder, file)) ? join(folder, file) : undefined;
};
export const contour: Package = { ...versioned, ...ownVariable('contour'), name: 'contour', version: versions.contour, files: ['contour'], ways: [] };
export const kwok: Package = { ...versioned, ...ownVariable('kwok'), name: 'kwok', version: versions.kwok, files: ['kwok'], ways: [] };
export const envoy: Package = { ...versioned, ...ownVariable('envoy'), name: 'envoy', version: versions.envoy, files: ['envoy'], ways: [] };
export const prometheus: Package = { ...versioned, ...ownVariable('prometheus'), acceptFromPath: true, name: 'prometheus', version: versions.prometheus, files: ['prometheus'], ways: [] };
export function kubectl(version: KubernetesVersion): Package {
  return { ...versioned, ...ownVariable('kubectl'), acceptFromPath: true, name: 'kubectl', version: version.version, files: ['kubectl'], ways: [] };
}
export const gatewayApiCrds: Package = { ...folderVariable('gateway-api-crds'), kind: 'data', acceptFromPath: false, name: 'gateway-api-crds', version: versions.gatewayApi, files: gatewayApiCrdFiles, ways: [] };
export const contourCrds: Package = { ...folderVariable('contour-crds'), kind: 'data', acceptFromPath: false, name: 'contour-crds', version: versions.contour, files: ['01-crds.yaml'], ways: [] };
