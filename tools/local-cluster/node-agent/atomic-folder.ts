import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Payload } from './volume-payload.ts';

/**
 * A folder whose files change all at once: they lie in a folder of their own behind the link `..data`,
 * and a rename of that link is the change. Readers see the layout that the kubelet makes.
 */
export class AtomicFolder {
  private readonly path: string;
  private written: string | undefined;
  private version = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o755 });
  }

  /** Replaces the content; gives false, and touches nothing, when it is the same. */
  write(payload: Payload): boolean {
    const fingerprint = JSON.stringify(
      [...payload].map(([path, file]) => [path, file.mode, file.content.toString('base64')]),
    );
    if (fingerprint === this.written) return false;
    this.version += 1;
    const folder = `..${this.version}`;
    for (const [path, file] of payload) {
      const target = join(this.path, folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, file.content);
      chmodSync(target, file.mode);
    }
    mkdirSync(join(this.path, folder), { recursive: true });
    symlinkSync(folder, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
    this.linkNames(new Set([...payload.keys()].map((path) => path.split('/')[0] ?? path)));
    if (this.version > 1) rmSync(join(this.path, `..${this.version - 1}`), { recursive: true, force: true });
    this.written = fingerprint;
    return true;
  }

  private linkNames(names: Set<string>): void {
    const present = new Set(readdirSync(this.path).filter((name) => !name.startsWith('..')));
    for (const name of names) {
      if (!present.has(name)) symlinkSync(join('..data', name), join(this.path, name));
    }
    for (const name of present) {
      if (!names.has(name)) rmSync(join(this.path, name), { force: true });
    }
  }
}
