import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerProcess } from './container-process.ts';

let folder: string;
const groups = new Set<number>();
const reaper = {
  add: (group: number) => void groups.add(group),
  drop: (group: number) => void groups.delete(group),
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'container-process-'));
});
afterEach(() => {
  for (const group of groups) process.kill(-group, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...commandLine: string[]): ContainerProcess {
  const logFile = openSync(join(folder, 'log'), 'a');
  try {
    return new ContainerProcess(
      { commandLine, environment: { PATH: process.env.PATH ?? '', X: '1' }, logFile },
      reaper,
    );
  } finally {
    closeSync(logFile);
  }
}

const output = () => readFileSync(join(folder, 'log'), 'utf8');

/** Waits for a line of output; bounded, so that a broken process fails the test and does not hang it. */
async function untilOutput(pattern: RegExp): Promise<RegExpExecArray> {
  for (let tries = 0; tries < 250; tries += 1) {
    const match = pattern.exec(output());
    if (match) return match;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no ${pattern.source} in: ${output()}`);
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that init has not yet collected answers to signals, but runs no more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilDead(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 250 && isAlive(pid); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return !isAlive(pid);
}

test('gives the exit code, and writes both outputs to the log', async () => {
  const exit = await start('sh', '-c', 'echo out $X; echo err >&2; exit 3').exited;
  expect(exit).toMatchObject({ exitCode: 3 });
  expect(exit.signal).toBeUndefined();
  expect(output()).toBe('out 1\nerr\n');
  expect(groups.size).toBe(0);
});

test('is the leader of a process group and a session of its own', async () => {
  const container = start('sh', '-c', 'echo started; exec sleep 60');
  await untilOutput(/started/);
  const fields = readFileSync(`/proc/${container.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  expect(fields.slice(2, 4)).toEqual([String(container.pid), String(container.pid)]);
  container.kill();
  await container.exited;
});

test('SIGTERM reaches the process, which may take its time', async () => {
  const container = start(
    'sh',
    '-c',
    'trap "echo ended; exit 0" TERM; echo started; while true; do sleep 0.05; done',
  );
  await untilOutput(/started/);
  container.terminate();
  expect(await container.exited).toMatchObject({ exitCode: 0 });
  expect(output()).toContain('ended');
});

test('SIGKILL ends a process that ignores SIGTERM, and all that it started', async () => {
  const container = start(
    'sh',
    '-c',
    'trap "" TERM; sleep 60 & echo child $!; while true; do sleep 0.05; done',
  );
  const child = Number((await untilOutput(/child (\d+)/))[1]);
  container.terminate();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(isAlive(child)).toBe(true);
  container.kill();
  expect(await container.exited).toMatchObject({ exitCode: 137, signal: 9 });
  expect(await untilDead(child)).toBe(true);
});

test('what the main process leaves behind ends with it', async () => {
  const container = start('sh', '-c', 'sleep 60 & echo child $!; exit 0');
  expect(await container.exited).toMatchObject({ exitCode: 0 });
  const child = Number((await untilOutput(/child (\d+)/))[1]);
  expect(await untilDead(child)).toBe(true);
});

test('a program that does not exist is an exit with a reason', async () => {
  const exit = await start('/does/not/exist').exited;
  expect(exit.exitCode).toBe(128);
  expect(exit.spawnError).toContain('ENOENT');
});
