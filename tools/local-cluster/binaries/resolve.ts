import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
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
export async function resolvePackage(wanted: Package, options: ResolveOptions = {}): Promise<Record<string, string>> {
  const environment = options.environment ?? process.env;
  const platform = options.platform ?? currentPlatform();
  const found: Record<string, string> = {};
  for (const file of wanted.files) {
    const path = await fromEnvironment(wanted, file, environment);
    if (path !== undefined) found[file] = path;
  }
  const missing = wanted.files.filter((file) => found[file] === undefined);
  if (missing.length === 0) return found;

  const folder = join(cacheRoot(environment), platformName(platform), `${wanted.name}-${wanted.version}`);
  if (!(await holdsAll(folder, missing, wanted))) {
    const onPath = wanted.acceptFromPath ? await allOnPath(missing, environment) : undefined;
    if (onPath !== undefined) return { ...found, ...onPath };
    await fill(wanted, missing, folder, { ...options, environment, platform });
  }
  return { ...found, ...Object.fromEntries(missing.map((file) => [file, join(folder, file)])) };
}

async function fill(
  wanted: Package,
  missing: string[],
  folder: string,
  options: ResolveOptions & { environment: NodeJS.ProcessEnv; platform: Platform },
): Promise<void> {
  if (options.cachedOnly) throw new BinaryNotFound(`${label(wanted)} is not in the cache (${folder})`);
  const progress = options.progress ?? silentProgress;
  await mkdir(dirname(folder), { recursive: true });
  const tellWaiting = (owner: { pid: number }) =>
    progress.begin(`Waiting for process ${owner.pid}, which prepares ${label(wanted)}`).end('waiting');
  await withLock(`${folder}.lock`, tellWaiting, async () => {
    if (await holdsAll(folder, missing, wanted)) return;
    const reasons: string[] = [];
    for (const way of wanted.ways) {
      options.signal?.throwIfAborted();
      const reason = await tryWay(way, wanted, missing, folder, { ...options, progress });
      if (reason === undefined) return;
      reasons.push(`${way.name}: ${reason}`);
    }
    throw new BinaryNotFound(failureMessage(wanted, folder, reasons));
  });
}

/** Undefined if the way worked, else the reason why not. */
async function tryWay(
  way: Way,
  wanted: Package,
  missing: string[],
  folder: string,
  options: Required<Pick<ResolveOptions, 'environment' | 'platform' | 'progress'>> & Pick<ResolveOptions, 'signal'>,
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
  throw new BinaryNotFound(`${wanted.overrideVariable} says that ${file} is ${path}, but there is no such file to use`);
}

async function holdsAll(folder: string, files: string[], wanted: Package): Promise<boolean> {
  const usable = await Promise.all(files.map((file) => isUsable(join(folder, file), wanted.kind)));
  return usable.every(Boolean);
}

async function allOnPath(
  files: string[],
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string> | undefined> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found: Record<string, string> = {};
  for (const file of files) {
    for (const folder of folders) {
      if (found[file] === undefined && (await isUsable(join(folder, file), 'executables'))) {
        found[file] = join(folder, file);
      }
    }
  }
  return files.every((file) => found[file] !== undefined) ? found : undefined;
}

const label = (wanted: Package) => `${wanted.name} ${wanted.version}`;
const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
const indent = (text: string) => text.split('\n').join('\n    ');
