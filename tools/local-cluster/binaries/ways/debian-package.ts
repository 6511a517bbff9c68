import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WayUnavailable, type Way } from '../package.ts';
import { run } from './run.ts';

/**
 * Takes a program out of a Debian package, without installing it and without root: apt works on lists and a
 * cache of its own in the temporary folder, with the sources and keys of the system.
 */
export function debianPackage(options: {
  package: string;
  member: string;
  name: string;
  cacheVersion: string;
}): Way {
  return {
    name: 'Debian package',
    note: 'reads the package lists first',
    cacheVersion: options.cacheVersion,
    make: async (folder, context) => {
      const scratch = join(folder, 'apt');
      const at = (...parts: string[]) => join(scratch, ...parts);
      for (const part of ['lists/partial', 'cache/archives/partial', 'package'])
        await mkdir(at(part), { recursive: true });
      const settings = [
        `Dir::State::lists=${at('lists')}`,
        'Dir::State::status=/dev/null',
        `Dir::Cache=${at('cache')}`,
        'Debug::NoLocking=1',
        'APT::Sandbox::User=',
        'Acquire::Languages=none',
        'Acquire::http::ConnectTimeout=5',
        'Acquire::https::ConnectTimeout=5',
      ].flatMap((setting) => ['-o', setting]);
      const apt = { ...context, cwd: at('package'), from: 'Debian and its relatives' };
      await run('apt-get', [...settings, '-qq', 'update'], apt);
      await run('apt-get', [...settings, '-qq', 'download', options.package], apt);
      const file = (await readdir(at('package'))).find((name) => name.endsWith('.deb'));
      if (file === undefined) throw new WayUnavailable(`apt-get brought no package ${options.package}`);
      await run('dpkg', ['-x', at('package', file), at('content')], {
        ...context,
        from: 'Debian and its relatives',
      });
      await copyFile(at('content', options.member), join(folder, options.name));
      await chmod(join(folder, options.name), 0o755);
      await rm(scratch, { recursive: true });
    },
  };
}
