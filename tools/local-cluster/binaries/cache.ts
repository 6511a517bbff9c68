import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** `$XDG_CACHE_HOME/understudy`, by default `~/.cache/understudy`. */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_CACHE_HOME'];
  return join(base && base.startsWith('/') ? base : join(homedir(), '.cache'), 'understudy');
}

/** True if the file is there, and can be run where that is asked. */
export async function isUsable(path: string, kind: 'executables' | 'data'): Promise<boolean> {
  try {
    await access(path, kind === 'executables' ? constants.X_OK : constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes `folder` by `make` in a folder of its own beside it and renames it into place, so that another
 * process never sees half of it. If another process was first, its result stays.
 */
export async function fillFolder(folder: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await removeAbandoned(folder);
  const temporary = `${folder}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  await mkdir(temporary, { recursive: true });
  try {
    await make(temporary);
    await renameIntoPlace(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A process that was killed leaves its half of the work behind. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const entry of await readdir(parent).catch(() => [])) {
    if (!entry.startsWith(`${basename(folder)}.`)) continue;
    const owner = /\.(\d+)-[0-9a-f]{8}\.part$/.exec(entry)?.[1];
    if (owner === undefined || (await isUsable(`/proc/${owner}`, 'data'))) continue;
    await rm(join(parent, entry), { recursive: true, force: true });
  }
}

async function renameIntoPlace(temporary: string, folder: string): Promise<void> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
