import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WayUnavailable, type WayContext } from '../package.ts';
import { containerImage } from './container-image.ts';
import { officialRelease } from './release.ts';

const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
const context: WayContext = {
  platform: { os: 'linux', arch: 'amd64' },
  environment: process.env,
  step: { update: () => undefined, end: () => undefined },
};

let folder: string;
let target: string;
let server: Server;
let base: string;
let pages: Map<string, Buffer | string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-'));
  target = join(folder, 'target');
  await mkdir(target);
  pages = new Map();
  server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    response.writeHead(page === undefined ? 404 : 200).end(page ?? 'nothing here');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true });
});

/** A .tar.gz with one file. */
async function tarball(path: string, content: string): Promise<Buffer> {
  const root = join(folder, 'tar');
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), content);
  execFileSync('tar', ['-czf', join(folder, 'x.tar.gz'), '-C', root, path.split('/')[0] ?? path]);
  await rm(root, { recursive: true });
  return await readFile(join(folder, 'x.tar.gz'));
}

describe('officialRelease', () => {
  it('takes a program out of an archive whose checksum is in the published list', async () => {
    const archive = await tarball('tool-1/bin/tool', 'the program');
    pages.set('/tool.tar.gz', archive).set('/sums', `${sha256(archive)}  tool.tar.gz\n`);
    const members = { 'tool-1/bin/tool': 'tool' };
    const way = officialRelease(() => [
      { url: `${base}/tool.tar.gz`, checksum: { listUrl: `${base}/sums` }, members },
    ]);
    await way.make(target, context);
    expect(await readdir(target)).toEqual(['tool']);
    expect(await readFile(join(target, 'tool'), 'utf8')).toBe('the program');
    expect((await stat(join(target, 'tool'))).mode & 0o111).not.toBe(0);
  });

  it.each([
    ['content that is not what was published', { '/tool': 'evil', '/sums': sha256('good') }, /SHA-256/],
    [
      'no checksum of the file',
      { '/tool': 'good', '/sums': `${sha256('good')}  other` },
      /no checksum of tool/,
    ],
    ['no file', { '/sums': sha256('good') }, /404/],
    ['no list', { '/tool': 'good' }, /404/],
  ])('refuses %s', async (_, given, message) => {
    for (const [path, page] of Object.entries(given)) pages.set(path, page);
    const way = officialRelease(() => [
      { url: `${base}/tool`, checksum: { listUrl: `${base}/sums` }, name: 'tool' },
    ]);
    const made = way.make(target, context);
    await expect(made).rejects.toThrow(WayUnavailable);
    await expect(made).rejects.toThrow(message);
  });

  it('is unavailable, not broken, where nothing answers', async () => {
    const way = officialRelease(() => [
      { url: 'http://127.0.0.1:1/tool', checksum: { sha256: sha256('x') }, name: 'tool' },
    ]);
    await expect(way.make(target, context)).rejects.toThrow(WayUnavailable);
  });
});

describe('containerImage', () => {
  const program = () => ({
    registry: base,
    repository: 'org/tool',
    tag: 'v1',
    member: 'bin/tool',
    name: 'tool',
  });
  const layer = (content: Buffer) => ({ digest: `sha256:${sha256(content)}` });

  async function publish(top: Buffer): Promise<void> {
    const lower = await tarball('etc/os-release', 'a system');
    const blobs = [lower, await tarball('bin/tool', 'the program'), top];
    for (const blob of blobs) pages.set(`/v2/org/tool/blobs/sha256:${sha256(blob)}`, blob);
    const manifest = JSON.stringify({ layers: blobs.map(layer) });
    const other = { digest: 'sha256:other', platform: { os: 'linux', architecture: 's390x' } };
    const mine = { digest: `sha256:${sha256(manifest)}`, platform: { os: 'linux', architecture: 'amd64' } };
    pages.set(`/token?service=${new URL(base).host}&scope=repository:org/tool:pull`, '{"token":"t"}');
    pages.set('/v2/org/tool/manifests/v1', JSON.stringify({ manifests: [other, mine] }));
    pages.set(`/v2/org/tool/manifests/${mine.digest}`, manifest);
  }

  it('finds the program in the layer that has it', async () => {
    await publish(await tarball('etc/config', 'no program'));
    await containerImage(program()).make(target, context);
    expect(await readFile(join(target, 'tool'), 'utf8')).toBe('the program');
  });

  it('refuses a layer that is not what its digest says', async () => {
    const top = await tarball('etc/config', 'no program');
    await publish(top);
    pages.set(`/v2/org/tool/blobs/sha256:${sha256(top)}`, 'something else');
    await expect(containerImage(program()).make(target, context)).rejects.toThrow(/SHA-256/);
  });

  it('is unavailable for a platform that the image lacks', async () => {
    await publish(await tarball('etc/config', 'no program'));
    const arm = { ...context, platform: { os: 'linux', arch: 'arm64' } as const };
    await expect(containerImage(program()).make(target, arm)).rejects.toThrow(/linux\/arm64/);
  });
});
