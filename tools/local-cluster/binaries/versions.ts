/** One supported version of Kubernetes, with the etcd that belongs to it. */
export interface KubernetesVersion {
  /** With the patch: "1.36.3". */
  version: string;
  etcd: string;
  /** The folder with its pinned Go module, in this folder. */
  moduleFolder: string;
}

/** Newest first; the first is the default. */
export const kubernetesVersions: readonly KubernetesVersion[] = [
  { version: '1.36.3', etcd: '3.6.8', moduleFolder: 'kubernetes-1.36' },
  { version: '1.33.13', etcd: '3.5.21', moduleFolder: 'kubernetes-1.33' },
];

export const versions = {
  contour: '1.33.8',
  gatewayApi: '1.3.0',
  envoy: '1.40.0',
  prometheus: '3.13.5',
  kwok: '0.8.0',
  helm: '4.3.1',
  prometheusOperator: '0.85.0',
  // Measured beside the controller by `npm run bench:scale`. Argo Rollouts 1.10.2 wants a later Go than the other modules here.
  argoRollouts: '1.10.1',
  flagger: '1.43.0',
  // Their CRDs only: the examples for GitOps are held against them.
  argoCd: '3.5.7',
  fluxKustomizeController: '1.9.0',
  fluxSourceController: '1.9.6',
} as const;

/**
 * The version that `KUBERNETES_VERSION` asks for: a minor ("1.33") or a whole version ("1.33.13"), with or
 * without "v". Throws where it is none of the supported ones, naming them.
 */
export function kubernetesVersion(asked: string | undefined): KubernetesVersion {
  const wanted = (asked ?? '').trim().replace(/^v/, '');
  const found =
    wanted === ''
      ? kubernetesVersions[0]
      : kubernetesVersions.find(({ version }) => version === wanted || minorOf(version) === wanted);
  if (found !== undefined) return found;
  const accepted = kubernetesVersions.map(({ version }) => `${minorOf(version)} (${version})`).join(', ');
  throw new Error(`KUBERNETES_VERSION: found ${JSON.stringify(asked)}; accepted are ${accepted}`);
}

export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
