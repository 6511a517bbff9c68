import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { loadDigits } from './dataset.ts';

const script = fileURLToPath(new URL('./server.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [script], { env: { HOST: '127.0.0.1', PORT: '0', ...env } });
  children.push(child);
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const stderr: string[] = [];
  child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
  const serving = (async () => {
    for await (const chunk of child.stdout) {
      const port = /^serving .* on .*:(\d+)/m.exec(String(chunk))?.[1];
      if (port) return { base: `http://127.0.0.1:${port}`, said: String(chunk) };
    }
    throw new Error(`the server ended: ${stderr.join('')}`);
  })();
  serving.catch(() => {});
  return { child, exited, stderr, serving };
}

const body = JSON.stringify({
  inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [1, 64], data: loadDigits()[0]?.pixels }],
});
const infer = (base: string) => fetch(`${base}/v2/models/digits/infer`, { method: 'POST', body });

it('serves the version of its environment, and on SIGTERM ends with 0 without failing a request', async () => {
  const { child, exited, serving } = run({
    MODEL_VERSION: '2',
    LATENCY_MS: '100',
    TERMINATION_DRAIN_MS: '1500',
  });
  const { base, said } = await serving;
  expect(said).toContain('serving digits version 2');
  const statuses: number[] = [];
  const client = async () => {
    for (let i = 0; i < 3; i++) statuses.push((await infer(base)).status);
  };
  const clients = Promise.all([client(), client()]);
  child.kill('SIGTERM');
  await clients;
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await exited).toEqual([0, null]);
});

it('crashes at the request that it was told to crash at', async () => {
  const { exited, serving } = run({ CRASH_AFTER_REQUESTS: '2' });
  const { base } = await serving;
  expect((await infer(base)).status).toBe(200);
  await expect(infer(base)).rejects.toThrow();
  expect(await exited).toEqual([70, null]);
});

it.each([
  [{ MODEL_VERSION: '99' }, /model file .*digits-v99\.json cannot be read/],
  [{ PORT: 'x' }, /^PORT: found "x"/],
])('does not start with %j', async (env, message) => {
  const { exited, stderr } = run(env);
  expect(await exited).toEqual([1, null]);
  expect(stderr.join('')).toMatch(message);
});
