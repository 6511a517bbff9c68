import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { environmentOf, lastOf, type Stage } from './dockerfile.ts';

/** What an image holds below its WORKDIR. */
export interface Contents {
  files: number;
  bytes: number;
  /** Files that somebody else than their owner could write. */
  writable: string[];
}

export function contentsOf(folder: string): Contents {
  const found: Contents = { files: 0, bytes: 0, writable: [] };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, size } = lstatSync(path);
    if (!entry.isSymbolicLink() && (mode & 0o022) !== 0) found.writable.push(relative(folder, path));
    if (!entry.isFile()) continue;
    found.files += 1;
    found.bytes += size;
  }
  return found;
}

interface Lock {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
}
interface Bill {
  bomFormat?: string;
  components?: { name: string; group?: string; version?: string; purl?: string }[];
}

/** What is wrong with the packages of an image: one that only building needs, or one that its bill of materials does not name. */
export function packageProblems(app: string): string[] {
  const lock = JSON.parse(readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8')) as Lock;
  const bill = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8')) as Bill;
  const listed = new Set(
    (bill.components ?? []).map(({ group, name }) => (group ? `${group}/${name}` : name)),
  );
  const names = Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13));
  return [
    ...(bill.bomFormat === 'CycloneDX' ? [] : [`sbom.cdx.json: bomFormat is ${bill.bomFormat}`]),
    ...Object.entries(lock.packages)
      .filter(([, { dev }]) => dev)
      .map(([path]) => `${path} is needed for building only`),
    ...names.filter((name) => !listed.has(name)).map((name) => `${name} is missing in sbom.cdx.json`),
    ...(bill.components ?? [])
      .filter(({ purl }) => !purl)
      .map(({ name }) => `${name} has no purl in sbom.cdx.json`),
  ];
}

/**
 * Runs the entry point of the image with these arguments as its user, where this process may take another user's name. Nothing of this process'
 * environment is passed on.
 */
export function runEntryPoint(
  image: Stage,
  root: string,
  args: readonly string[],
): { code: number | null; output: string } {
  const [program = '', script = ''] = JSON.parse(lastOf(image, 'ENTRYPOINT') ?? '[]') as string[];
  const [uid, gid] = (lastOf(image, 'USER') ?? '').split(':').map(Number);
  const isRoot = process.getuid?.() === 0;
  if (program !== 'node') throw new Error(`ENTRYPOINT: found ${program}; accepted: node`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: environmentOf(image.instructions),
    encoding: 'utf8',
    ...(isRoot && { uid, gid }),
  });
  return { code: status, output: stdout + stderr };
}
