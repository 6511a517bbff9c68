import { posix } from 'node:path';

/** One directory or file to be seen at `target` by a container. */
export interface BindMount {
  source: string;
  target: string;
  readOnly: boolean;
}

/** What the plan must know of the machine; injected, so that the plan itself is pure. */
export interface HostView {
  /** Folders and symbolic links directly under `/`. */
  rootFolders: string[];
  rootLinks: string[];
  /** The deepest existing part of a path with links resolved, and what is missing below it (may be empty). */
  nearestExisting(path: string): { real: string; missing: string };
  /** Mount points strictly below a folder, none of them below another of the list. */
  mountsBelow(folder: string): string[];
  /** Options such as `nosuid`, that a user namespace must keep when it makes a mount of this path read-only. */
  lockedOptions(path: string): string[];
}

export interface MountPlan {
  /** Lines for `mount --all --fstab`, in order. */
  fstab: string;
  /** Folders to make first, below the scratch folder. */
  folders: string[];
  rootLinks: string[];
  /** The container's root folder. */
  root: string;
}

/**
 * A container sees the machine's own files with its volumes in between, also at paths that the machine
 * does not have, and without leaving a trace there. Its root is a tmpfs with a bind mount of each
 * top-level folder; a folder in which a mount point is missing gets a private overlay, so that the
 * mount point can be made. Everything lies in the container's own mount namespace.
 */
export function planMounts(binds: BindMount[], scratch: string, host: HostView): MountPlan {
  const root = `${scratch}/root`;
  const lines = [
    // Unbindable, so that the bind mount of the folder that holds `scratch` does not contain itself.
    line('tmpfs', root, 'tmpfs', ['mode=0755', 'unbindable']),
    ...host.rootFolders.map((folder) => line(folder, root + folder, 'none', ['rbind', 'X-mount.mkdir'])),
  ];
  const placed = binds
    .map((bind) => ({ ...bind, ...host.nearestExisting(posix.normalize(bind.target)) }))
    .map((bind) => ({ ...bind, path: posix.join(bind.real, bind.missing) }))
    .sort((a, b) => a.path.length - b.path.length);

  // A mount point that is missing inside of another volume is made in that volume, as in Kubernetes.
  const inVolume = (path: string) => placed.some((other) => path !== other.path && isBelow(path, other.path));
  const toOpen = placed.filter((bind) => bind.missing !== '' && bind.real !== '/' && !inVolume(bind.path));
  const opened = [...new Set(toOpen.map((bind) => bind.real))].sort((a, b) => a.length - b.length);
  const folders = [root];
  opened.forEach((folder, index) => {
    const [upper, work] = [`${scratch}/${index}/upper`, `${scratch}/${index}/work`];
    folders.push(upper, work);
    lines.push(
      line('overlay', root + folder, 'overlay', [`lowerdir=${folder},upperdir=${upper},workdir=${work}`]),
    );
    for (const mount of host.mountsBelow(folder)) lines.push(line(mount, root + mount, 'none', ['rbind']));
  });

  for (const bind of placed) {
    const readOnly = bind.readOnly ? ['ro', ...host.lockedOptions(bind.source)] : [];
    const makePoint = bind.missing === '' && !inVolume(bind.path) ? [] : ['X-mount.mkdir'];
    lines.push(line(bind.source, root + bind.path, 'none', ['rbind', ...readOnly, ...makePoint]));
  }
  return { fstab: lines.join(''), folders, rootLinks: host.rootLinks, root };
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

function line(source: string, target: string, type: string, options: string[]): string {
  return `${escapeField(source)} ${escapeField(target)} ${type} ${escapeField(options.join(','))} 0 0\n`;
}

/** White space and backslashes end or change a field of fstab. */
function escapeField(text: string): string {
  return text.replaceAll(
    /[\\ \t\n]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
