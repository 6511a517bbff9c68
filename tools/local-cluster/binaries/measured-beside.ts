import { join } from 'node:path';
import type { Package } from './package.ts';
import { versions } from './versions.ts';
import { goModuleBuild, goModuleFiles } from './ways/go.ts';

const variableOf = (name: string) => `UNDERSTUDY_${name.toUpperCase().replaceAll('-', '_')}`;

/** A controller that is measured beside ours: built from its pinned module. */
const measuredBeside = (name: string, version: string, module: string, target: string): Package => ({
  kind: 'executables',
  acceptFromPath: false,
  override: (_, environment) => environment[variableOf(name)] || undefined,
  overrideVariable: variableOf(name),
  name,
  version,
  files: [name],
  ways: [goModuleBuild({ module, target, output: name, note: 'some minutes on 2 cores, once' })],
});

/** The CRDs of such a controller, out of the same module. */
const crdsBeside = (
  name: string,
  version: string,
  module: string,
  files: Record<string, string>,
): Package => ({
  kind: 'data',
  override: (file, environment) => {
    const folder = environment[variableOf(`${name}-crds`)];
    return folder ? join(folder, file) : undefined;
  },
  overrideVariable: variableOf(`${name}-crds`),
  acceptFromPath: false,
  name: `${name}-crds`,
  version,
  files: Object.values(files),
  ways: [goModuleFiles(module, version, files)],
});

export const argoRollouts: Package = measuredBeside(
  'argo-rollouts',
  versions.argoRollouts,
  'argo-rollouts-1.10',
  'github.com/argoproj/argo-rollouts/cmd/rollouts-controller',
);

export const argoRolloutsCrds: Package = crdsBeside(
  'argo-rollouts',
  versions.argoRollouts,
  'github.com/argoproj/argo-rollouts',
  Object.fromEntries(
    ['rollout', 'analysis-run', 'analysis-template', 'cluster-analysis-template', 'experiment'].map(
      (kind) => [`manifests/crds/${kind}-crd.yaml`, `${kind}-crd.yaml`],
    ),
  ),
);

export const flagger: Package = measuredBeside(
  'flagger',
  versions.flagger,
  'flagger-1.43',
  'github.com/fluxcd/flagger/cmd/flagger',
);

export const flaggerCrds: Package = crdsBeside('flagger', versions.flagger, 'github.com/fluxcd/flagger', {
  'artifacts/flagger/crd.yaml': 'crd.yaml',
});
