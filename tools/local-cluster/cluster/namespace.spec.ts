import { describe, expect, it } from '@jest/globals';
import { enterCommand, explain, keeperCommand } from './namespace.ts';

describe('enterCommand', () => {
  it('enters the network namespace as root and binds the program to its parent', () => {
    const entrance = { keeperPid: 7, rootless: false, setpriv: true };
    expect(enterCommand(entrance, 'etcd', ['--name', 'x']).join(' ')).toBe(
      'nsenter --net=/proc/7/ns/net -- setpriv --pdeathsig KILL -- etcd --name x',
    );
  });

  it('enters the user namespace too without root', () => {
    const entrance = { keeperPid: 7, rootless: true, setpriv: true };
    expect(enterCommand(entrance, 'etcd', []).join(' ')).toBe(
      'nsenter --target 7 --user --preserve-credentials --net -- setpriv --pdeathsig KILL -- etcd',
    );
  });

  it('does without setpriv where it is missing', () => {
    const entrance = { keeperPid: 7, rootless: false, setpriv: false };
    expect(enterCommand(entrance, 'sh', ['-c', 'true']).slice(2)).toEqual(['--', 'sh', '-c', 'true']);
  });
});

describe('keeperCommand', () => {
  it('makes a user namespace only without root', () => {
    expect(keeperCommand(false, 'node', '/f').slice(0, 3)).toEqual(['unshare', '--net', '--']);
    expect(keeperCommand(true, 'node', '/f').slice(0, 4)).toEqual([
      'unshare',
      '--user',
      '--map-root-user',
      '--net',
    ]);
    expect(keeperCommand(true, 'node', '/f').at(-1)).toBe('/f');
  });
});

describe('explain', () => {
  it('says what helps where user namespaces are forbidden', () => {
    const text = explain('unshare: unshare failed: Operation not permitted\n', true);
    expect(text).toContain('Operation not permitted');
    expect(text).toContain('apparmor_restrict_unprivileged_userns=0');
    expect(text).toContain('as root');
  });

  it('names the capabilities to root, which a container may lack', () => {
    expect(explain('Operation not permitted', false)).toContain('SYS_ADMIN');
    expect(explain('Operation not permitted', false)).not.toContain('apparmor');
  });
});
