import type { Package } from './package.ts';
import { resolvePackage, type ResolveOptions } from './resolve.ts';
import { versions } from './versions.ts';
import { goModuleFiles } from './ways/go.ts';
import { officialRelease } from './ways/release.ts';

/** One CRD of a tool that applies what lies in Git: examples for it are held against it. Nothing in a cluster acts on it. */
interface GitOpsCrd {
  module: string;
  version: string;
  /** Where it lies in the repository, which is the module. */
  path: string;
  sha256: string;
}

const variable = 'UNDERSTUDY_GITOPS_CRDS';

function crdPackage(name: string, { module, version, path, sha256 }: GitOpsCrd): Package {
  const file = `${name}.yaml`;
  const repository = module.split('/').slice(1, 3).join('/');
  const url = `https://raw.githubusercontent.com/${repository}/v${version}/${path}`;
  return {
    kind: 'data',
    acceptFromPath: false,
    override: (_, environment) => {
      const folder = environment[variable];
      return folder ? `${folder}/${file}` : undefined;
    },
    overrideVariable: variable,
    name,
    version,
    files: [file],
    ways: [
      officialRelease(() => [{ url, checksum: { sha256 }, name: file }]),
      goModuleFiles(module, version, { [path]: file }),
    ],
  };
}

export const argoCdApplicationCrd = crdPackage('argo-cd-application-crd', {
  module: 'github.com/argoproj/argo-cd/v3',
  version: versions.argoCd,
  path: 'manifests/crds/application-crd.yaml',
  sha256: '5dde0e229249b6b707beb98674c1deae3949d5c319a6c45b9f5a80c99618e40c',
});

export const fluxKustomizationCrd = crdPackage('flux-kustomization-crd', {
  module: 'github.com/fluxcd/kustomize-controller',
  version: versions.fluxKustomizeController,
  path: 'config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml',
  sha256: '3a3b6721a49d9659ce61faca600578d1cf488f5494ccb01553ad4b73215f9111',
});

export const fluxGitRepositoryCrd = crdPackage('flux-git-repository-crd', {
  module: 'github.com/fluxcd/source-controller',
  version: versions.fluxSourceController,
  path: 'config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml',
  sha256: 'bd0c08183287b2eea0d885751fc686bc4b2b583e919de6bd57859170b8d1727f',
});

/** Files of the CRDs of Argo CD and Flux that the examples use. */
export async function resolveGitOpsCrds(options: ResolveOptions = {}): Promise<string[]> {
  const files: string[] = [];
  for (const entry of [argoCdApplicationCrd, fluxKustomizationCrd, fluxGitRepositoryCrd])
    files.push(...Object.values(await resolvePackage(entry, options)));
  return files;
}
