import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BinaryNotFound, WayUnavailable, type Package, type Way } from './package.ts';
import { resolvePackage } from './resolve.ts';

const platform = { os: 'linux', arch: 'amd64' } as const;

let folder: string;
let environment: NodeJS.ProcessEnv;
let calls: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resolve-'));
  environment = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: join(folder, 'path') };
  calls = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const works = (name: string, more: Partial<Way> = {}): Way => ({
  name,
  make: async (target) => {
    calls.push(name);
    await program(join(target, 'tool'), name);
  },
  ...more,
});

const fails = (name: string, reason: string): Way => ({
  name,
  make: () => {
    calls.push(name);
    return Promise.reject(new WayUnavailable(reason));
  },
});

async function program(path: string, text: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

const tool = (ways: Way[], more: Partial<Package> = {}): Package => ({
  name: 'tool',
  version: '1.2.3',
  files: ['tool'],
  kind: 'executables',
  override: (_, variables) => variables['UNDERSTUDY_TOOL'],
  overrideVariable: 'UNDERSTUDY_TOOL',
  acceptFromPath: false,
  ways,
  ...more,
});

const resolve = async (wanted: Package) => (await resolvePackage(wanted, { environment, platform }))['tool'];
const inCache = (version = '1.2.3') =>
  join(folder, 'cache', 'understudy', 'linux-amd64', `tool-${version}`, 'tool');

describe('resolvePackage', () => {
  it('takes what the variable names before anything else', async () => {
    const mine = await program(join(folder, 'mine'), 'mine');
    await program(inCache(), 'cached');
    environment['UNDERSTUDY_TOOL'] = mine;
    expect(await resolve(tool([works('release')]))).toBe(mine);
    expect(calls).toEqual([]);
  });

  it('refuses a variable that names no usable file, instead of going on silently', async () => {
    environment['UNDERSTUDY_TOOL'] = join(folder, 'nowhere');
    await expect(resolve(tool([works('release')]))).rejects.toThrow(
      /UNDERSTUDY_TOOL says that tool is .*nowhere/,
    );
  });

  it('takes the cache before PATH and the ways', async () => {
    await program(inCache(), 'cached');
    await program(join(folder, 'path', 'tool'), 'on PATH');
    expect(await resolve(tool([works('release')], { acceptFromPath: true }))).toBe(inCache());
    expect(calls).toEqual([]);
  });

  it('does not take another version from the cache', async () => {
    await program(inCache('1.2.2'), 'old');
    expect(await resolve(tool([works('release')]))).toBe(inCache());
    expect(calls).toEqual(['release']);
  });

  it('takes PATH only where any version will do', async () => {
    const onPath = await program(join(folder, 'path', 'tool'), 'on PATH');
    expect(await resolve(tool([works('release')], { acceptFromPath: true }))).toBe(onPath);
    expect(await resolve(tool([works('release')]))).toBe(inCache());
  });

  it('tries the ways in order until one works, and the next time none', async () => {
    const wanted = tool([fails('release', 'no access'), works('build'), works('never')]);
    expect(await resolve(wanted)).toBe(inCache());
    expect(await resolve(wanted)).toBe(inCache());
    expect(calls).toEqual(['release', 'build']);
  });

  it('keeps what a way with a version of its own brings apart, and finds it again', async () => {
    const wanted = tool([fails('release', 'no access'), works('package', { cacheVersion: 'debian' })]);
    expect(await resolve(wanted)).toBe(inCache('debian'));
    expect(await resolve(wanted)).toBe(inCache('debian'));
    expect(calls).toEqual(['release', 'package']);
  });

  it('names every way and its reason when none works, and leaves nothing half made', async () => {
    const attempt = resolve(tool([fails('release', 'no access'), fails('build', 'go is not installed')]));
    await expect(attempt).rejects.toThrow(BinaryNotFound);
    await expect(attempt).rejects.toThrow(
      /UNDERSTUDY_TOOL[^]*tool-1\.2\.3[^]*release: no access[^]*build: go is not/,
    );
    expect(await readdir(join(folder, 'cache', 'understudy', 'linux-amd64'))).toEqual([]);
  });

  it('does not count a way as good that brings no executable', async () => {
    const broken: Way = { name: 'broken', make: (target) => writeFile(join(target, 'tool'), 'no x bit') };
    await resolve(tool([broken, works('build')]));
    expect(calls).toEqual(['build']);
  });

  it('stops at an error that is no unavailability', async () => {
    const buggy: Way = { name: 'buggy', make: () => Promise.reject(new TypeError('a bug')) };
    await expect(resolve(tool([buggy, works('build')]))).rejects.toThrow('a bug');
    expect(calls).toEqual([]);
  });

  it('makes a package once when two ask at the same time', async () => {
    const slow: Way = {
      name: 'slow',
      make: async (target) => {
        calls.push('slow');
        await new Promise((done) => setTimeout(done, 50));
        await program(join(target, 'tool'), 'slow');
      },
    };
    const found = await Promise.all([resolve(tool([slow])), resolve(tool([slow]))]);
    expect(found).toEqual([inCache(), inCache()]);
    expect(calls).toEqual(['slow']);
  });

  it('removes what a killed process has left', async () => {
    const part = `${join(inCache(), '..')}.4194305-0a1b2c3d.part`;
    await mkdir(part, { recursive: true });
    await resolve(tool([works('build')]));
    expect(await readdir(join(folder, 'cache', 'understudy', 'linux-amd64'))).toEqual(['tool-1.2.3']);
  });

  it('only looks when asked to', async () => {
    const look = resolvePackage(tool([works('build')]), { environment, platform, cachedOnly: true });
    await expect(look).rejects.toThrow(/not in the cache/);
    expect(calls).toEqual([]);
  });
});
