import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Platform, Way, WayContext } from '../package.ts';
import { githubAsset, publishedChecksum } from './checksums.ts';
import { download } from './download.ts';
import { run } from './run.ts';

/** One file of an official release and where its checksum stands. */
export interface ReleaseFile {
  url: string;
  checksum: { listUrl: string } | { sha256: string };
  /** For an archive (.tar.gz): path inside it -> name of the result. Without it, the download is the file. */
  members?: Record<string, string>;
  /** Name of the result where the download is the file. */
  name?: string;
}

/** The official release, verified by its published checksums. */
export function officialRelease(files: (platform: Platform) => ReleaseFile[]): Way {
  return {
    name: 'official release',
    make: async (folder, context) => {
      for (const file of files(context.platform)) await fetchFile(file, folder, context);
    },
  };
}

/** One file of a GitHub release, verified by the digest that GitHub publishes for it. */
export function githubRelease(
  repository: string,
  tag: string,
  asset: (platform: Platform) => RegExp,
  name: string,
): Way {
  return {
    name: 'official release',
    make: async (folder, context) => {
      const { url, checksum } = await githubAsset(repository, tag, asset(context.platform), context);
      await fetchFile({ url, checksum: { sha256: checksum }, name }, folder, context);
    },
  };
}

async function fetchFile(file: ReleaseFile, folder: string, context: WayContext): Promise<void> {
  const published = basename(new URL(file.url).pathname);
  const checksum =
    'sha256' in file.checksum
      ? file.checksum.sha256
      : await publishedChecksum(file.checksum.listUrl, published, context);
  const target = join(folder, file.members === undefined ? (file.name ?? published) : published);
  await download(file.url, target, checksum, context);
  if (file.members === undefined) {
    await chmod(target, 0o755);
    return;
  }
  await unpack(target, folder, file.members, context);
  await rm(target);
}

/** Takes single files out of a .tar.gz archive. */
export async function unpack(
  archive: string,
  folder: string,
  members: Record<string, string>,
  context: Pick<WayContext, 'signal'>,
): Promise<void> {
  const scratch = join(folder, 'unpacked');
  await mkdir(scratch, { recursive: true });
  await run('tar', ['-xzf', archive, '-C', scratch, '--', ...Object.keys(members)], {
    ...context,
    from: 'tar',
  });
  for (const [member, name] of Object.entries(members)) {
    await rename(join(scratch, member), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  await rm(scratch, { recursive: true });
}
