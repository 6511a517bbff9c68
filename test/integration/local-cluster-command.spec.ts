import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  isRunning,
  processIdentity,
  type ProcessIdentity,
} from '../../tools/local-cluster/cluster/processes.ts';
import { waitUntil } from '../../tools/local-cluster/cluster/wait-until.ts';

const program = fileURLToPath(new URL('../../tools/local-cluster/cli.ts', import.meta.url));
const name = `command-${process.pid}`;

interface Status {
  folder: string;
  owner: ProcessIdentity;
  keeper: ProcessIdentity;
  components: Record<string, number>;
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function cluster(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = start(...args);
  const output = text(child.stdout as NodeJS.ReadableStream);
  const errors = text(child.stderr as NodeJS.ReadableStream);
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output: await output, errors: await errors };
}

async function status(): Promise<Status | undefined> {
  const { output } = await cluster('status', '--json', '--name', name);
  return (JSON.parse(output) as Status[])[0];
}

/** Every process of the cluster that the status knows, with its identity. */
async function processesOf({ owner, keeper, components }: Status): Promise<ProcessIdentity[]> {
  return [owner, keeper, ...(await Promise.all(Object.values(components).map(processIdentity)))];
}

const allGone = async (processes: ProcessIdentity[]) =>
  (await Promise.all(processes.map(isRunning))).every((running) => !running);

afterAll(async () => {
  await cluster('down', '--name', name);
}, 60_000);

describe('npm run cluster', () => {
  it('goes up, is used, and goes down', async () => {
    const up = await cluster('up', '--name', name);
    expect(up.errors).toContain(`The cluster "${name}" is ready`);
    expect(up.code).toBe(0);
    const again = await cluster('up', '--name', name);
    expect(again.errors).toContain('runs already');
    expect(again.code).toBe(1);

    const before = (await status()) as Status;
    const processes = await processesOf(before);
    expect((await cluster('kubeconfig', '--name', name)).output).toContain('"kind": "Config"');
    expect((await cluster('exec', '--name', name, '--', 'sh', '-c', 'echo $KUBECONFIG; exit 7')).code).toBe(
      7,
    );

    expect((await cluster('down', '--name', name)).code).toBe(0);
    expect(await allGone(processes)).toBe(true);
    expect(existsSync(before.folder)).toBe(false);
    expect((await cluster('status', '--name', name)).code).toBe(1);
  }, 120_000);

  it('leaves nothing when its supervisor is killed', async () => {
    expect((await cluster('up', '--name', name)).code).toBe(0);
    const before = (await status()) as Status;
    const processes = await processesOf(before);
    process.kill(before.owner.pid, 'SIGKILL');
    await waitUntil(() => allGone(processes), { what: 'the end of all processes', timeoutMs: 10_000 });
    const removed = () => Promise.resolve(!existsSync(before.folder));
    await waitUntil(removed, { what: 'the removal of the folder', timeoutMs: 10_000 });
  }, 120_000);

  it('cleans up in the next command when supervisor and keeper are killed together', async () => {
    expect((await cluster('up', '--name', name)).code).toBe(0);
    const before = (await status()) as Status;
    const processes = await processesOf(before);
    process.kill(before.keeper.pid, 'SIGKILL');
    process.kill(before.owner.pid, 'SIGKILL');
    expect(await status()).toBeUndefined();
    expect(await allGone(processes)).toBe(true);
    expect(existsSync(before.folder)).toBe(false);
  }, 120_000);

  it('leaves nothing after Ctrl-C in the middle of the start', async () => {
    const up = start('up', '--name', name);
    up.stdout?.resume();
    let said = '';
    up.stderr?.setEncoding('utf8').on('data', (part: string) => (said += part));
    const started = () => Promise.resolve(said.includes('kube-apiserver is ready'));
    await waitUntil(started, { what: 'the API server', timeoutMs: 60_000 });
    const before = (await status()) as Status;
    const processes = await processesOf(before);
    up.kill('SIGINT');
    const [code] = (await once(up, 'exit')) as [number];
    expect(code).toBe(130);
    expect(await allGone(processes)).toBe(true);
    expect(existsSync(before.folder)).toBe(false);
  }, 120_000);

  it.each([
    [['start'], /command: found "start"; accepted are up, down/],
    [['up', '--name', 'Not_A_Name'], /cluster name: found "Not_A_Name"/],
  ])('answers wrong usage %p by exit code 2 and what is accepted', async (args, message) => {
    const { code, errors } = await cluster(...args);
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  });

  it('says how to start a cluster that does not run', async () => {
    const { code, errors } = await cluster('kubeconfig', '--name', 'no-such');
    expect(errors).toContain('npm run cluster -- up --name no-such');
    expect(code).toBe(1);
  });
});
