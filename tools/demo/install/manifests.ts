import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** What is put in place of what the files say; undefined leaves it. */
export interface Replacements {
  readonly controllerImage?: string | undefined;
  readonly serverImage?: string | undefined;
  /** Prometheus as the controller reaches it, and how often it scrapes. */
  readonly source?: { readonly url: string; readonly scrapeInterval: string } | undefined;
  readonly gateway?: { readonly namespace: string; readonly name: string } | undefined;
}

/** All that has to be applied before the first ModelDeployment, in this order. */
export function installManifests(replacements: Replacements): KubernetesObject[] {
  const objects = readManifests('manifests/install.yaml');
  const isCrd = ({ kind }: KubernetesObject) => kind === 'CustomResourceDefinition';
  return [...objects.filter(isCrd), ...objects.filter((object) => !isCrd(object))].map((object) =>
    rewrite(object, replacements),
  );
}

/** A file with one object, such as `examples/digits/v1.yaml`. */
export function readManifest(file: string, replacements: Replacements): KubernetesObject {
  const [object] = readManifests(file);
  if (!object) throw new Error(`${file} holds no object`);
  return rewrite(object, replacements);
}

function readManifests(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(join(root, file), 'utf8'))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** The object with what the place where it goes needs; what nobody asked to replace stays as the file says. */
export function rewrite(object: KubernetesObject, replacements: Replacements): KubernetesObject {
  const { controllerImage, serverImage, source, gateway } = replacements;
  const copy = structuredClone(object);
  switch (copy.kind) {
    case 'ConfigMap':
      if (source) copy['data']['config.yaml'] = withSource(copy['data']['config.yaml'] as string, source);
      break;
    case 'Deployment':
      setImage(copy['spec'].template, controllerImage);
      break;
    case 'ModelDeployment':
      setImage(copy['spec'].serving.workload.template, serverImage);
      if (gateway) copy['spec'].traffic.gatewayAPI.parentRefs = [gateway];
      break;
  }
  return copy;
}

function setImage(template: { spec: { containers: { image: string }[] } }, image: string | undefined): void {
  if (image === undefined) return;
  for (const container of template.spec.containers) container.image = image;
}

/** The controller's configuration with the source `default` at another address. */
function withSource(text: string, source: { url: string; scrapeInterval: string }): string {
  const config = parse(text) as { sources?: { name: string }[] };
  const others = (config.sources ?? []).filter(({ name }) => name !== 'default');
  return stringify({ ...config, sources: [{ name: 'default', ...source }, ...others] });
}
