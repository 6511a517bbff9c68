/**
 * `npm run release:plugin -- --url-base URL --homepage URL --out FOLDER`: packs the command line as npm would, installs it with what it needs into an
 * empty folder, and writes what a release publishes: `understudy-VERSION.tar.gz`, and the manifest of the kubectl plugin with the
 * archive's checksum. Needs `npm run build` before.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { filledManifest } from './plugin-manifest.ts';

const root = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: { 'url-base': { type: 'string' }, homepage: { type: 'string' }, out: { type: 'string' } },
});
const { 'url-base': base, homepage, out } = values;
if (base === undefined || homepage === undefined || out === undefined) {
  console.error('release: needed: --url-base URL --homepage URL --out FOLDER');
  process.exit(2);
}

const npm = (folder: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
  });

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const target = resolve(out);
mkdirSync(target, { recursive: true });
const staging = mkdtempSync(join(tmpdir(), 'understudy-release-'));
try {
  const packed = npm(root, 'pack', '--silent', '--pack-destination', staging).trim().split('\n').at(-1)!;
  writeFileSync(join(staging, 'package.json'), '{"private":true}\n');
  npm(staging, 'install', '--omit=dev', '--ignore-scripts', '--prefer-offline', `./${packed}`);
  chmodSync(join(staging, 'node_modules', 'understudy', 'dist', 'cli.js'), 0o755);
  const archive = join(target, `understudy-${version}.tar.gz`);
  // The same files give the same archive.
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', [...same, '-C', staging, '-cf', `${archive}.tar`, 'node_modules']);
  execFileSync('gzip', ['-n', '-9', '-f', `${archive}.tar`]);
  execFileSync('mv', [`${archive}.tar.gz`, archive]);
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const uri = `${base.replace(/\/+$/, '')}/understudy-${version}.tar.gz`;
  const template = readFileSync(join(root, 'packaging', 'krew', 'understudy.yaml'), 'utf8');
  writeFileSync(
    join(target, 'understudy.yaml'),
    filledManifest(template, { version, homepage, uri, sha256 }),
  );
  console.log(`${archive}\n${join(target, 'understudy.yaml')}\nsha256 ${sha256}`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
