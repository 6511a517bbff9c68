import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { HostView } from './mount-plan.ts';

const lockable = ['nosuid', 'nodev', 'noexec'];

interface MountPoint {
  path: string;
  options: string[];
}

/** This machine's files and mounts as they are at the time of the call. */
export function readHostView(): HostView {
  const entries = readdirSync('/', { withFileTypes: true });
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  return {
    rootFolders: entries.filter((entry) => entry.isDirectory()).map((entry) => `/${entry.name}`),
    rootLinks: entries.filter((entry) => entry.isSymbolicLink()).map((entry) => `/${entry.name}`),
    nearestExisting,
    mountsBelow: (folder) =>
      topmost(mounts.map((mount) => mount.path).filter((path) => isBelow(path, folder))),
    lockedOptions: (path) => {
      const real = realpathSync(path);
      const holder = mounts
        .filter((mount) => mount.path === real || isBelow(real, mount.path))
        .reduce<MountPoint | undefined>(
          (best, m) => (m.path.length >= (best?.path.length ?? 0) ? m : best),
          undefined,
        );
      return lockable.filter((option) => holder?.options.includes(option));
    },
  };
}

export function parseMountInfo(text: string): MountPoint[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    if (fields.length < 6) return [];
    const path = (fields[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    return [{ path, options: (fields[5] ?? '').split(',') }];
  });
}

function nearestExisting(path: string): { real: string; missing: string } {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  return { real: realpathSync(existing), missing: relative(existing, path) };
}

/** Those that can be seen, without those that another one of them brings along. */
function topmost(paths: string[]): string[] {
  const visible = [...new Set(paths)].filter(
    (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  );
  return visible.filter((path) => !visible.some((other) => isBelow(path, other)));
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' ? path !== '/' : path.startsWith(join(folder, '/'));
}
