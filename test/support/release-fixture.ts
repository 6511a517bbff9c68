import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { fieldManager } from '../../src/api/group.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { pathOf } from './api-paths.ts';
import type { TestBed } from './test-bed.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'releases');

/** The releases that were recorded, the oldest first. */
export const recordedReleases = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));

/** What a release left of a ModelDeployment, its owner first; `recordedAtMs` is when. */
export function readRelease(
  version: string,
  name: string,
): { objects: KubernetesObject[]; recordedAtMs: number } {
  const text = readFileSync(join(folder, version, `${name}.yaml`), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
  return { objects, recordedAtMs: Date.parse(/ at (\S+Z);/.exec(text)?.[1] ?? '') };
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Milliseconds since 1970, and no duration. */
const isEpoch = (key: string, value: unknown): value is number =>
  key.endsWith('Ms') && typeof value === 'number' && value > 1e12;

/** The same with every time moved: what was a second ago then is a second ago now. */
function moved<T>(value: T, byMs: number): T {
  if (typeof value === 'string' && instant.test(value)) {
    const digits = /\.(\d+)Z$/.exec(value)?.[1]?.length;
    const text = new Date(Date.parse(value) + byMs).toISOString();
    return (digits === undefined ? text.replace(/\.\d+Z$/, 'Z') : text) as T;
  }
  if (Array.isArray(value)) return value.map((item) => moved(item, byMs)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isEpoch(key, item) ? item + byMs : moved(item, byMs)]),
  ) as T;
}

/**
 * Puts back what was recorded, as it would be found by a release that takes over at this moment: the ModelDeployment as its user's, what
 * it owns as the controller's own. `keepStatus` false: as from a backup, which holds none.
 */
export async function putBack(
  bed: TestBed,
  release: { objects: KubernetesObject[]; recordedAtMs: number },
  { keepStatus }: { keepStatus: boolean },
): Promise<void> {
  const byMs = Math.round((Date.now() - release.recordedAtMs) / 1000) * 1000;
  let ownerUid = '';
  for (const { status, ...recorded } of release.objects) {
    const object = structuredClone(recorded) as KubernetesObject;
    const owners = object.metadata.ownerReferences;
    for (const owner of owners ?? []) owner.uid = ownerUid;
    // The controller creates its objects by a plain POST, and a restore does so too.
    const collection = pathOf(object).slice(0, pathOf(object).lastIndexOf('/'));
    const made = await must(
      owners
        ? bed.user.post(`${collection}?fieldManager=${fieldManager}`, object)
        : bed.user.apply(pathOf(object), object, 'user'),
      object,
    );
    if (!owners) ownerUid = made.metadata.uid!;
    if (!keepStatus || status === undefined) continue;
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata;
    const withStatus = { apiVersion, kind, metadata: { name, namespace }, status: moved(status, byMs) };
    await must(bed.user.apply(`${pathOf(object)}/status`, withStatus, fieldManager), object);
  }
}

async function must(
  answer: ReturnType<TestBed['user']['apply']>,
  { kind, metadata }: KubernetesObject,
): Promise<KubernetesObject> {
  const { status, body } = await answer;
  if (status !== 200 && status !== 201)
    throw new Error(`${kind} ${metadata.name}: ${status} ${body.message}`);
  return body;
}
