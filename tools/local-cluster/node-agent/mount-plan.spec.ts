import { describe, expect, test } from '@jest/globals';
import { parseMountInfo } from './host-view.ts';
import { planMounts, type BindMount, type HostView } from './mount-plan.ts';

/** A machine with /etc, /run (also as /var/run), and a mount below /run. */
const host: HostView = {
  rootFolders: ['/etc', '/run', '/var'],
  rootLinks: ['/bin'],
  nearestExisting: (path) => {
    const real = path.replace(/^\/var\/run/, '/run');
    const known = ['/etc', '/etc/ssl', '/run', '/var', '/'].sort((a, b) => b.length - a.length);
    const found =
      known.find((folder) => real === folder || real.startsWith(folder === '/' ? '/' : `${folder}/`)) ?? '/';
    return { real: found, missing: real.slice(found.length).replace(/^\//, '') };
  },
  mountsBelow: (folder) => (folder === '/run' ? ['/run/lock'] : []),
  lockedOptions: (path) => (path.startsWith('/locked') ? ['nosuid'] : []),
};
const bind = (source: string, target: string, readOnly = false): BindMount => ({ source, target, readOnly });
const lines = (binds: BindMount[]) => planMounts(binds, '/s', host).fstab.trimEnd().split('\n').slice(4);

describe('planMounts', () => {
  test('the root is a tmpfs with the top-level folders of the machine', () => {
    const plan = planMounts([], '/s', host);
    expect(plan.fstab.split('\n')).toEqual([
      'tmpfs /s/root tmpfs mode=0755,unbindable 0 0',
      '/etc /s/root/etc none rbind,X-mount.mkdir 0 0',
      '/run /s/root/run none rbind,X-mount.mkdir 0 0',
      '/var /s/root/var none rbind,X-mount.mkdir 0 0',
      '',
    ]);
    expect(plan).toMatchObject({ root: '/s/root', rootLinks: ['/bin'], folders: ['/s/root'] });
  });

  test('a mount point that exists is used as it is', () => {
    expect(lines([bind('/v', '/etc/ssl')])).toEqual(['/v /s/root/etc/ssl none rbind 0 0']);
  });

  test('a mount point that is missing under the root is made in the tmpfs', () => {
    expect(lines([bind('/v', '/models/a')])).toEqual(['/v /s/root/models/a none rbind,X-mount.mkdir 0 0']);
  });

  test('a mount point that is missing deeper gets an overlay, which keeps the mounts below it', () => {
    expect(lines([bind('/v', '/var/run/secrets/sa', true)])).toEqual([
      'overlay /s/root/run overlay lowerdir=/run,upperdir=/s/0/upper,workdir=/s/0/work 0 0',
      '/run/lock /s/root/run/lock none rbind 0 0',
      '/v /s/root/run/secrets/sa none rbind,ro,X-mount.mkdir 0 0',
    ]);
    expect(planMounts([bind('/v', '/run/x')], '/s', host).folders).toEqual([
      '/s/root',
      '/s/0/upper',
      '/s/0/work',
    ]);
  });

  test('one overlay serves all mount points of its folder, the outer folder comes first', () => {
    const plan = lines([bind('/1', '/etc/ssl/x'), bind('/2', '/etc/a'), bind('/3', '/etc/b')]);
    expect(plan.map((line) => line.split(' ')[1])).toEqual([
      '/s/root/etc',
      '/s/root/etc/ssl',
      '/s/root/etc/a',
      '/s/root/etc/b',
      '/s/root/etc/ssl/x',
    ]);
  });

  test('a mount inside of another volume comes after it and is made there, whatever the order', () => {
    expect(lines([bind('/inner', '/data/cache'), bind('/outer', '/data')])).toEqual([
      '/outer /s/root/data none rbind,X-mount.mkdir 0 0',
      '/inner /s/root/data/cache none rbind,X-mount.mkdir 0 0',
    ]);
  });

  test('a read-only mount keeps the options that a user namespace may not drop', () => {
    expect(lines([bind('/locked/v', '/m', true)])).toEqual([
      '/locked/v /s/root/m none rbind,ro,nosuid,X-mount.mkdir 0 0',
    ]);
  });

  test('white space in paths is escaped', () => {
    expect(lines([bind('/a b', '/m\tn')])).toEqual(['/a\\040b /s/root/m\\011n none rbind,X-mount.mkdir 0 0']);
  });
});

test('parseMountInfo reads path and options, with escapes', () => {
  const text =
    '22 27 0:21 / /proc rw,relatime - proc proc rw\n30 25 0:27 / /mnt/a\\040b ro,nosuid shared:1 - tmpfs t ro\n';
  expect(parseMountInfo(text)).toEqual([
    { path: '/proc', options: ['rw', 'relatime'] },
    { path: '/mnt/a b', options: ['ro', 'nosuid'] },
  ]);
});
