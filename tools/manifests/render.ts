import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

/** What the plain manifests are called and where they go: as a chart's release would be. */
export const release = { name: 'understudy', namespace: 'understudy-system' } as const;

export const installPath = 'manifests/install.yaml';
export const kustomizationPath = 'manifests/kustomization.yaml';

const origin = '# Made by `npm run generate:manifests` from charts/understudy.';

/** Pods that ask for more than the restricted Pod Security standard allows are refused there. */
const namespaceManifest = `apiVersion: v1
kind: Namespace
metadata:
  name: ${release.namespace}
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: latest
`;

const kustomization = `${origin}
# A base: name it as a resource, put your image in by \`images\`, and your configuration by a patch of the ConfigMap.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - install.yaml
`;

/** The chart as helm renders it with its default values, without what only helm has a use for. */
function plain(rendered: string): string {
  return rendered
    .split('\n')
    .filter((line) => !/^# Source: /.test(line) && !/^\s+app\.kubernetes\.io\/managed-by: Helm$/.test(line))
    .join('\n')
    .replaceAll(/\n+---\n/g, '\n---\n')
    .replace(/^---\n/, '')
    .trimEnd();
}

/** The plain manifests and the Kustomize base, as they should be. Throws when helm refuses the chart. */
export async function renderManifests(helm: string): Promise<{ path: string; content: string }[]> {
  const { name, namespace } = release;
  const chart = join(root, 'charts', 'understudy');
  const { stdout } = await promisify(execFile)(helm, ['template', name, chart, '--namespace', namespace], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return [
    { path: installPath, content: `${origin}\n${namespaceManifest}---\n${plain(stdout)}\n` },
    { path: kustomizationPath, content: kustomization },
  ];
}
