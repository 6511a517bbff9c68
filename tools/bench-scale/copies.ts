import { type KubernetesObject, type ResourceKind, resourceKinds } from '../../src/kubernetes/resource.ts';
import { collectionPath } from '../../test/support/api-paths.ts';
import type { TestBed } from '../../test/support/test-bed.ts';
import { forEachOf } from './population.ts';

type Place = Pick<ResourceKind, 'apiVersion' | 'kind' | 'plural' | 'namespaced'>;

/** What belongs to one ModelDeployment; owners and those that are named stand before who names them. */
const kinds: readonly Place[] = [
  resourceKinds.modelDeployment,
  resourceKinds.modelRollout,
  resourceKinds.deployment,
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', plural: 'replicasets', namespaced: true },
  resourceKinds.pod,
  resourceKinds.service,
  resourceKinds.endpointSlice,
];

const namespace = 'default';
/** So many copies are under way at once. */
const atOnce = 8;

interface Original {
  place: Place;
  object: KubernetesObject;
}

/**
 * Copies one settled ModelDeployment with all that belongs to it under other names: what a backup of so many would bring back. Ten thousand
 * that the controller manager has to make take it the better part of an hour. Assumption: the controller and the controller
 * manager are stopped, so that nobody makes what is about to be copied; the names are nowhere in what the revision is made of.
 */
export async function copyWorkload(
  bed: TestBed,
  from: string,
  names: readonly string[],
  said: (copied: number) => void,
): Promise<void> {
  const originals = await originalsOf(bed, from);
  let copied = 0;
  await forEachOf(names, atOnce, async (name) => {
    const uids = new Map<string, string>();
    for (const original of originals) await copyObject(bed, original, { from, to: name }, uids);
    copied += 1;
    said(copied);
  });
}

async function originalsOf(bed: TestBed, from: string): Promise<Original[]> {
  const found: Original[] = [];
  for (const place of kinds) {
    const { body } = await bed.user.get(collectionPath(place, namespace));
    const { apiVersion, kind } = place;
    for (const item of body.items as KubernetesObject[]) {
      if (item.metadata.name.startsWith(from)) found.push({ place, object: { ...item, apiVersion, kind } });
    }
  }
  return found;
}

async function copyObject(
  bed: TestBed,
  { place, object }: Original,
  names: { from: string; to: string },
  uids: Map<string, string>,
): Promise<void> {
  const copy = renamed(object, names, uids);
  const path = collectionPath(place, namespace);
  const { status, body } = await bed.user.post(path, copy);
  if (status !== 201) throw new Error(`${place.kind} ${copy.metadata.name}: ${status} ${body.message}`);
  uids.set(object.metadata.uid ?? '', body.metadata.uid);
  // A Service has none to speak of; the others' is a resource of its own.
  if (!copy['status'] || place.kind === 'Service') return;
  const patched = await bed.user.merge(`${path}/${copy.metadata.name}/status`, { status: copy['status'] });
  if (patched.status !== 200) {
    throw new Error(`status of ${place.kind} ${copy.metadata.name}: ${patched.body.message}`);
  }
}

/** An object under another name, with references to copies in place of those to originals, and without what the API server gives. */
export function renamed(
  object: KubernetesObject,
  { from, to }: { from: string; to: string },
  uids: ReadonlyMap<string, string>,
): KubernetesObject {
  let text = JSON.stringify(object).replaceAll(from, to);
  for (const [old, own] of uids) text = text.replaceAll(old, own);
  const copy = JSON.parse(text) as KubernetesObject;
  for (const given of ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields']) {
    delete copy.metadata[given];
  }
  if (copy.kind === 'Service') for (const given of ['clusterIP', 'clusterIPs']) delete copy['spec'][given];
  return copy;
}
