import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { resolveKubectl } from '../../tools/local-cluster/binaries/binaries.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'understudy-install-'));
const release = join(folder, 'release');
/** As npm has it after `npm install`, and as krew has it after `kubectl krew install`. */
const npm = join(folder, 'npm');
const krew = join(folder, 'krew');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let kubectl: string;
let manifest: { spec: { version: string; platforms: { uri: string; sha256: string; bin: string }[] } };

/** Nothing of this repository is in its path but the Node that runs it. */
function run(bin: string, command: string, ...args: string[]) {
  const path = [bin, dirname(process.execPath), dirname(kubectl), '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH: path, HOME: folder };
  const { status, stdout, stderr } = spawnSync(command, args, { env, cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  kubectl = await resolveKubectl();
  const base = ['--url-base', 'https://example.com/download', '--homepage', 'https://example.com'];
  execFileSync(process.execPath, [join(root, 'tools', 'release', 'main.ts'), ...base, '--out', release], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const archive = join(release, `understudy-${version}.tar.gz`);
  manifest = parse(readFileSync(join(release, 'understudy.yaml'), 'utf8')) as typeof manifest;
  for (const target of [npm, krew]) {
    mkdirSync(target);
    execFileSync('tar', ['-xzf', archive, '-C', target]);
  }
  // krew links the program by the plugin's name into a folder of PATH.
  mkdirSync(join(krew, 'bin'));
  symlinkSync(join(krew, manifest.spec.platforms[0]!.bin), join(krew, 'bin', 'kubectl-understudy'));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('installed by npm into an empty folder', () => {
  const bin = join(npm, 'node_modules', '.bin');

  it('understudy tells of its commands', () => {
    const { status, stdout, stderr } = run(bin, 'understudy', '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: understudy COMMAND/m);
  });

  it('judges and simulates with nothing but what it brought', () => {
    const file = join(root, 'examples', 'digits', 'v2.yaml');
    expect(run(bin, 'understudy', 'lint', '-f', file)).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = run(bin, 'understudy', 'simulate', '-f', file, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'Promoted' });
  });

  it('kubectl finds the plugin, and completes it', () => {
    const { status, stdout, stderr } = run(bin, kubectl, 'understudy', 'version', '--client', '-o', 'json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ client: { version, api: 'understudy.dev/v1alpha1' } });
    const script = run(bin, 'understudy', 'completion', 'kubectl').stdout;
    writeFileSync(join(bin, 'kubectl_complete-understudy'), script);
    chmodSync(join(bin, 'kubectl_complete-understudy'), 0o755);
    expect(run(bin, kubectl, '__complete', 'understudy', 'lint', '--str').stdout).toBe('--strict\n:4\n');
  });

  it('has no test and no source in it', () => {
    const all = execFileSync('find', [join(npm, 'node_modules', 'understudy'), '-type', 'f'], {
      encoding: 'utf8',
    });
    expect(all).toMatch(/dist\/cli\.js/);
    expect(all.split('\n').filter((file) => /\.spec\.|\/src\/|\/test\//.test(file))).toEqual([]);
  });
});

describe('installed by krew', () => {
  it('the archive is the one that the manifest names', () => {
    const [platform] = manifest.spec.platforms;
    expect(manifest.spec.version).toBe(`v${version}`);
    expect(platform!.uri).toBe(`https://example.com/download/understudy-${version}.tar.gz`);
    const archive = readFileSync(join(release, `understudy-${version}.tar.gz`));
    expect(platform!.sha256).toBe(createHash('sha256').update(archive).digest('hex'));
  });

  it('runs under the name by which it was called', () => {
    const { status, stdout } = run(join(krew, 'bin'), kubectl, 'understudy', '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: kubectl understudy COMMAND/m);
  });
});
