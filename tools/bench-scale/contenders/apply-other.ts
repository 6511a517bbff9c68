import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import type { TestBed } from '../../../test/support/test-bed.ts';
import { waitFor } from '../../../test/support/wait-for.ts';

const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Applies an object of a kind that is not ours. Throws with the server's words when it is refused. */
export async function applyOther(bed: TestBed, path: string, object: object): Promise<void> {
  const { status, body } = await bed.user.apply(path, object, 'user');
  if (status !== 200 && status !== 201) throw new Error(`${path}: ${status} ${body.message}`);
}

/** Creates CustomResourceDefinitions and waits until they are served. */
export async function applyCrdFiles(bed: TestBed, files: readonly string[]): Promise<void> {
  const crds = files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map(
      (document) => document.toJS() as KubernetesObject | null,
    ),
  );
  for (const crd of crds) {
    if (crd?.kind !== 'CustomResourceDefinition') continue;
    // Not by server-side apply, which takes no file with a field too many: Flagger's has two.
    const { status, body } = await bed.user.post(crdPath, crd);
    if (status !== 201) throw new Error(`${crd.metadata.name}: ${status} ${body.message}`);
    const path = `${crdPath}/${crd.metadata.name}`;
    await waitFor(`${crd.metadata.name} is served`, async () => {
      const { body } = await bed.user.get(path);
      const conditions = (body.status?.conditions ?? []) as { type: string; status: string }[];
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    });
  }
}
