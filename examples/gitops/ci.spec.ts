import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const page = readFileSync(join(import.meta.dirname, '../../docs/gitops.md'), 'utf8');
const [, script = ''] = /```sh\n(kubectl apply.*?)```/s.exec(page) ?? [];

/** A `kubectl` for one object with these conditions, whose `wait` is over at once: its condition is there, or never came. */
const kubectl = `#!/bin/sh
case "$*" in
  apply*) ;;
  "wait --for=condition=Reconciling=false"*) test "$RECONCILING" = False ;;
  *Ready*) printf %s "$READY" ;;
  *.status.message*) echo "taken back: too many errors" ;;
  *) echo "unexpected: $*" >&2; exit 64 ;;
esac
`;

describe('the script for CI', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-ci-'));
    writeFileSync(join(folder, 'kubectl'), kubectl, { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (RECONCILING: string, READY: string) => {
    const PATH = [folder, process.env['PATH']].join(delimiter);
    const env = { PATH, RECONCILING, READY };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
    return { status, said: (stdout + stderr).trim() };
  };

  it('tells promoted, taken back and not over yet apart by its exit codes', () => {
    expect(run('False', 'True')).toEqual({ status: 0, said: '' });
    expect(run('False', 'False')).toEqual({ status: 1, said: 'taken back: too many errors' });
    expect(run('True', 'False')).toEqual({ status: 2, said: '' });
  });
});
