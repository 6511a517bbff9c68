import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { parse } from 'yaml';
import type { Manifest } from './model-deployment-cases/changes.ts';
import { eventually, type RestClient } from './rest-client.ts';

export const crdsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const folder = join(import.meta.dirname, '../../crds');

/** The CRDs as the repository ships them. */
export const crds: Manifest[] = readdirSync(folder).map((file) =>
  parse(readFileSync(join(folder, file), 'utf8')),
);

/** Installs them all and waits until each is served. */
export async function installCrds(api: RestClient): Promise<void> {
  for (const crd of crds) await installCrd(api, crd);
}

/** Installs one, in the place of one with its name. */
export async function installCrd(api: RestClient, crd: Manifest): Promise<void> {
  const path = `${crdsPath}/${crd.metadata.name}`;
  const answer = await api.apply(path, crd);
  expect([answer.status, answer.body.message]).toEqual([expect.any(Number), undefined]);
  await eventually(`${crd.metadata.name} is established`, async () => {
    const { body } = await api.get(path);
    const conditions: Manifest[] = body.status?.conditions ?? [];
    const nonStructural = conditions.find(
      ({ type, status }) => type === 'NonStructuralSchema' && status === 'True',
    );
    if (nonStructural) throw new Error(nonStructural.message);
    return conditions.find(({ type, status }) => type === 'Established' && status === 'True');
  });
  const list = `/apis/understudy.dev/v1alpha1/${crd.spec.names.plural}`;
  await eventually(`${list} is served`, async () =>
    (await api.get(list)).status === 200 ? true : undefined,
  );
}
