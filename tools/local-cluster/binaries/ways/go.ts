import { copyFile, chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Way, WayContext } from '../package.ts';
import { run } from './run.ts';

const modulesFolder = fileURLToPath(new URL('..', import.meta.url));
const goFrom = 'Go 1.24 or newer, https://go.dev/doc/install';

/** Builds a program of a module that lies in this repository with its versions pinned. */
export function goModuleBuild(options: {
  /** Folder of the module, in `binaries/`. */
  module: string;
  /** Package to build: `.` or the path of a `tool` of the module. */
  target: string;
  output: string;
  /** Other names for the result. */
  links?: string[];
  variables?: Record<string, string>;
  tags?: string[];
  note: string;
}): Way {
  return {
    name: 'Go module build',
    note: options.note,
    make: async (folder, context) => {
      const settings = Object.entries(options.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
      await go(
        context,
        [
          'build',
          '-v',
          '-mod=readonly',
          '-trimpath',
          `-ldflags=${['-s', '-w', ...settings].join(' ')}`,
          ...(options.tags === undefined ? [] : [`-tags=${options.tags.join(',')}`]),
          '-o',
          join(folder, options.output),
          options.target,
        ],
        join(modulesFolder, options.module),
      );
      for (const link of options.links ?? []) await symlink(options.output, join(folder, link));
    },
  };
}

/** Builds a program at a version straight from its module, as `go install` does. */
export function goInstall(path: string, version: string, note: string): Way {
  return {
    name: 'Go module build',
    note,
    make: async (folder, context) => {
      const flags = ['-v', '-trimpath', '-ldflags=-s -w'];
      await go(context, ['install', ...flags, `${path}@v${version}`], '/', { GOBIN: folder });
    },
  };
}

/** Copies data files out of a Go module. */
export function goModuleFiles(module: string, version: string, files: Record<string, string>): Way {
  return {
    name: 'Go module download',
    make: async (folder, context) => {
      const text = await go(context, ['mod', 'download', '-json', `${module}@v${version}`], '/');
      const { Dir } = JSON.parse(text) as { Dir: string };
      for (const [path, name] of Object.entries(files)) {
        await copyFile(join(Dir, path), join(folder, name));
        // The module cache is read-only; the copy shall be as easy to delete as any file.
        await chmod(join(folder, name), 0o644);
      }
    },
  };
}

async function go(
  context: WayContext,
  args: string[],
  cwd: string,
  environment: Record<string, string> = {},
): Promise<string> {
  let downloaded = 0;
  let compiled = 0;
  return await run('go', args, {
    cwd,
    // Without cgo it takes no C compiler, and the result runs on every Linux.
    environment: { ...context.environment, CGO_ENABLED: '0', ...environment },
    signal: context.signal,
    from: goFrom,
    onLine: (line) => {
      if (line.startsWith('go: downloading')) downloaded += 1;
      else if (/^[\w./~-]+$/.test(line)) compiled += 1;
      context.step.update(`${downloaded} modules downloaded, ${compiled} packages compiled`);
    },
  });
}
