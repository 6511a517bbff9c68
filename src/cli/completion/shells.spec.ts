import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { runCaptured } from '../testing/run-captured.ts';
import { shells } from './flag-table.ts';
import { completionScripts } from './scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-shells-'));
const cli = join(import.meta.dirname, '..', '..', 'cli.ts');
const environment = {
  ...process.env,
  PATH: `${folder}:${process.env['PATH']}`,
  HOME: folder,
  KUBECONFIG: '',
};

beforeAll(() => {
  for (const name of ['understudy', 'kubectl-understudy']) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  for (const shell of shells) writeFileSync(join(folder, `completion.${shell}`), completionScripts[shell]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: environment,
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
};
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

describe('completion scripts', () => {
  it.each(shells)('of %s are as they were looked at', async (shell) => {
    const { code, output } = await runCaptured(['completion', shell]);
    expect(code).toBe(0);
    expect(output).toBe(completionScripts[shell]);
    expectGolden(`completion-${shell}`, output.trimEnd().split('\n'));
  });

  it('are not made for other shells', async () => {
    expect(await runCaptured(['completion', 'tcsh'])).toMatchObject({
      code: 3,
      complaints: expect.stringContaining('found "tcsh"; accepted: bash, zsh, fish, kubectl'),
    });
  });
});

describe('bash', () => {
  const complete = (line: string) =>
    run(
      'bash',
      '--norc',
      '-c',
      `source completion.bash; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _understudy; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  it.each([
    ['understudy li', ['lint']],
    ['understudy lint --str', ['--strict']],
    ['kubectl-understudy completion ', ['bash', 'zsh', 'fish', 'kubectl']],
    // What bash takes for a word of its own begins behind the sign.
    ['understudy get --output=y', ['yaml']],
    ['understudy simulate --scenario errors:', ['5%']],
    ['understudy get ', []],
  ])('completes "%s"', (line, expected) => {
    expect(complete(line)).toEqual({ status: 0, lines: expected, stderr: '' });
  });

  it('knows both programs', () => {
    expect(
      run('bash', '--norc', '-c', 'source completion.bash; complete -p understudy kubectl-understudy').lines,
    ).toEqual(['complete -F _understudy understudy', 'complete -F _understudy kubectl-understudy']);
  });
});

// Machines without these shells have the golden texts, which were run in both of them. CI installs both.
(has('zsh') ? describe : describe.skip)('zsh', () => {
  const complete = (...words: string[]) =>
    run(
      'zsh',
      '-f',
      '-c',
      [
        'compdef() {}; _describe() { print -rl -- "${(@P)3}" }; _files() { print FILES }; source completion.zsh',
        `words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _understudy`,
      ].join('\n'),
    );

  it('completes commands, values and files', () => {
    expect(complete('understudy', 'li').lines).toEqual([expect.stringMatching(/^lint:judge manifests/)]);
    expect(complete('understudy', 'simulate', '--scenario', 'errors:').lines).toEqual(['errors\\:5%:']);
    expect(complete('understudy', 'lint', '-f', '').lines).toEqual(['FILES']);
    expect(complete('understudy', 'get', '').lines).toEqual([]);
  });
});

(has('fish') ? describe : describe.skip)('fish', () => {
  const complete = (line: string) =>
    run('fish', '--no-config', '-c', `source completion.fish; complete -C '${line}'`).lines;

  it('completes commands, values and files', () => {
    expect(complete('understudy li')).toEqual([expect.stringMatching(/^lint\tjudge manifests/)]);
    expect(complete('understudy simulate --scenario errors:')).toEqual(['errors:5%']);
    expect(complete('understudy lint -f completion.f')).toEqual(['completion.fish']);
    expect(complete('kubectl-understudy completion b')).toEqual(['bash']);
  });
});

describe('kubectl', () => {
  it('gets the answer in the form of Cobra', () => {
    const { status, lines } = run('sh', 'completion.kubectl', 'lint', '--str');
    expect([status, lines]).toEqual([0, ['--strict', ':4']]);
  });
});
