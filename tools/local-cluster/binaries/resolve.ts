import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheRoot, fillFolder, isUsable } from './cache.ts';
import { withLock } from './lock.ts';
import {
  BinaryNotFound,
  currentPlatform,
  platformName,
  WayUnavailable,
  type Package,
  type Platform,
  type Way,
} from './package.ts';
import { silentProgress, type Progress } from './progress.ts';

export interface ResolveOptions {
  progress?: Progress;
  environment?: NodeJS.ProcessEnv;
  platform?: Platform;
  signal?: AbortSignal;
  /** Only look, never download or build. */
  cachedOnly?: boolean;
}

/**
 * Finds the files of a package, the first of these that has them: the variable that the user set, the cache,
 * PATH (where any version will do), and then the package's ways in their order; what a way makes goes into
 * the cache. Throws `BinaryNotFound` with what was tried and why it failed.
 */
export async function resolvePackage(
  wanted: Package,
  options: ResolveOptions = {},
): Promise<Record<string, string>> {
  const environment = options.environment ?? process.env;
  const platform = options.platform ?? currentPlatform();
  const found: Record<string, string> = {};
  for (const file of wanted.files) {
    const path = await fromEnvironment(wanted, file, environment);
    if (path !== undefined) found[file] = path;
  }
  const missing = wanted.files.filter((file) => found[file] === undefined);
  if (missing.length === 0) return found;

  const base = join(cacheRoot(environment), platformName(platform));
  const folder =
    (await cachedFolder(wanted, missing, base)) ??
    (wanted.acceptFromPath ? await folderOnPath(missing, environment) : undefined) ??
    (await fill(wanted, missing, base, { ...options, environment, platform }));
  return { ...found, ...Object.fromEntries(missing.map((file) => [file, join(folder, file)])) };
}

/** The wanted version in the cache, or what one of the ways brought instead of it. */
async function cachedFolder(wanted: Package, missing: string[], base: string): Promise<string | undefined> {
  const versions = [wanted.version, ...wanted.ways.flatMap(({ cacheVersion }) => cacheVersion ?? [])];
  for (const version of versions) {
    const folder = folderOf(wanted, version, base);
    if (await holdsAll(folder, missing, wanted)) return folder;
  }
  return undefined;
}

/** Makes the package by the first of its ways that works, and returns its folder in the cache. */
async function fill(
  wanted: Package,
  missing: string[],
  base: string,
  options: ResolveOptions & { environment: NodeJS.ProcessEnv; platform: Platform },
): Promise<string> {
  const usual = folderOf(wanted, wanted.version, base);
  if (options.cachedOnly) throw new BinaryNotFound(`${label(wanted)} is not in the cache (${usual})`);
  const progress = options.progress ?? silentProgress;
  await mkdir(base, { recursive: true });
  const tellWaiting = (owner: { pid: number }) =>
    progress.begin(`Waiting for process ${owner.pid}, which prepares ${label(wanted)}`).end('waiting');
  return await withLock(`${usual}.lock`, tellWaiting, async () => {
    const meanwhile = await cachedFolder(wanted, missing, base);
    if (meanwhile !== undefined) return meanwhile;
    const reasons: string[] = [];
    for (const way of wanted.ways) {
      options.signal?.throwIfAborted();
      const folder = folderOf(wanted, way.cacheVersion ?? wanted.version, base);
      const reason = await tryWay(way, wanted, missing, folder, { ...options, progress });
      if (reason === undefined) return folder;
      reasons.push(`${way.name}: ${reason}`);
    }
    throw new BinaryNotFound(failureMessage(wanted, usual, reasons));
  });
}

/** Undefined if the way worked, else the reason why not. */
async function tryWay(
  way: Way,
  wanted: Package,
  missing: string[],
  folder: string,
  options: Required<Pick<ResolveOptions, 'environment' | 'platform' | 'progress'>> &
    Pick<ResolveOptions, 'signal'>,
): Promise<string | undefined> {
  const step = options.progress.begin(`${label(wanted)}: ${way.name}`, way.note);
  try {
    await fillFolder(folder, async (temporary) => {
      await way.make(temporary, { ...options, step });
      if (!(await holdsAll(temporary, missing, wanted))) {
        throw new WayUnavailable(`it did not bring ${missing.join(', ')}`);
      }
    });
    step.end('done');
    return undefined;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof WayUnavailable)) {
      step.end('failed');
      throw error;
    }
    step.end(`not possible here: ${firstLine(error.message)}`);
    return error.message;
  }
}

function failureMessage(wanted: Package, folder: string, reasons: string[]): string {
  return [
    `${label(wanted)} was found nowhere. What was tried, and what helps (any one is enough):`,
    `  - variable: set ${wanted.overrideVariable}`,
    `  - cache: put ${wanted.files.join(', ')} into ${folder}`,
    ...(wanted.acceptFromPath ? [`  - PATH: install ${wanted.files.join(', ')}`] : []),
    ...reasons.map((reason) => `  - ${indent(reason)}`),
  ].join('\n');
}

async function fromEnvironment(
  wanted: Package,
  file: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const path = wanted.override(file, environment);
  if (path === undefined) return undefined;
  if (await isUsable(path, wanted.kind)) return path;
  throw new BinaryNotFound(
    `${wanted.overrideVariable} says that ${file} is ${path}, but there is no such file to use`,
  );
}

async function holdsAll(folder: string, files: string[], wanted: Package): Promise<boolean> {
  const usable = await Promise.all(files.map((file) => isUsable(join(folder, file), wanted.kind)));
  return usable.every(Boolean);
}

async function folderOnPath(files: string[], environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const usable = await Promise.all(files.map((file) => isUsable(join(folder, file), 'executables')));
    if (usable.every(Boolean)) return folder;
  }
  return undefined;
}

const folderOf = (wanted: Package, version: string, base: string) => join(base, `${wanted.name}-${version}`);
const label = (wanted: Package) => `${wanted.name} ${wanted.version}`;
const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
const indent = (text: string) => text.split('\n').join('\n    ');
