import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { fencedBlocks } from '../repository/fenced-blocks.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

/** The quick start as somebody reads it, with its own manifest. Only its times are shorter, and a program stands for each image. */
const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'quick-start.md'), 'utf8');
const [manifest = ''] = fencedBlocks(page)
  .filter(({ language, content }) => language === 'yaml' && content.includes('name: hello'))
  .map(({ content }) => content);
const times: [string, string][] = [
  ['hold: 20s', 'hold: 2s'],
  ['duration: 30s', 'duration: 2s'],
  ['progressDeadline: 1m', 'progressDeadline: 6s'],
];
const server = {
  command: [process.execPath, join(root, 'test', 'support', 'model-server.ts')],
  env: { PORT: '8080' },
};
const image = (version: string) => `nginxinc/nginx-unprivileged:${version}`;

/** What the reader has in `hello.yaml`, and what they change in it. */
let text = times.reduce((changed, [long, short]) => {
  expect(changed).toContain(long);
  return changed.replaceAll(long, short);
}, manifest);
function edit(from: string, to: string): void {
  expect(page).toContain(to);
  expect(text).toContain(from);
  text = text.replace(from, to);
}

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start({ images: { [image('1.27')]: server, [image('1.28')]: server } });
  await bed.installController();
}, 600_000);
afterAll(() => bed?.stop(), 60_000);

const apply = () => bed.apply(parse(text) as KubernetesObject);
const untilPhase = (phase: string, version: string) =>
  waitFor(`hello is ${phase} with version ${version}`, async () => {
    const { status, metadata } = (await bed.get(resourceKinds.modelDeployment, 'hello', 'default'))!;
    if (status.observedGeneration !== metadata.generation || status.phase !== phase)
      throw new Error(JSON.stringify(status));
    return status.stable?.model?.version === version ? status : undefined;
  });
const records = () => bed.list(resourceKinds.modelRollout, 'default');

it('serves the first version as soon as a pod is ready', async () => {
  await apply();
  await untilPhase('Healthy', '1');
  expect(await records()).toEqual([]);
});

it('takes the second version through one of four pods, then half of them, then all', async () => {
  edit('"1"', '"2"');
  edit(image('1.27'), image('1.28'));
  await apply();
  await untilPhase('Healthy', '2');
  const [record] = await records();
  expect(record!['status'].outcome).toBe('Promoted');
  const weights = record!['status'].decisions.map(({ weight }: { weight: number }) => weight);
  expect([...new Set(weights)]).toEqual([0, 25, 50, 100]);
});

it('gives the bad image no request, and serves on', async () => {
  edit(image('1.28'), image('does-not-exist'));
  await apply();
  const status = await untilPhase('Failed', '2');
  expect(status.message).toMatch(/ErrImagePull|ImagePullBackOff/);
  expect(status.stable.ready).toBe(4);
  const bad = (await records()).find(({ status: of }) => of?.outcome === 'Failed');
  expect(
    bad!['status'].decisions
      .map(({ weight }: { weight: number }) => weight)
      .every((weight: number) => weight === 0),
  ).toBe(true);
});

it('is healthy again when the image is the one that serves', async () => {
  edit(image('does-not-exist'), image('1.28'));
  await apply();
  await untilPhase('Healthy', '2');
});
