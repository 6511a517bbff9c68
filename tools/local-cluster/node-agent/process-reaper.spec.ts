import { expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ProcessReaper } from './process-reaper.ts';

function sleeper(): ChildProcess {
  return spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
}

test('kills the groups that are left when the agent is gone, and no others', async () => {
  const [left, dropped] = [sleeper(), sleeper()];
  try {
    const reaper = new ProcessReaper('sh');
    reaper.add(left.pid ?? 0);
    reaper.add(dropped.pid ?? 0);
    reaper.drop(dropped.pid ?? 0);
    // What the reaper sees when the agent dies: the end of its input.
    reaper.close();
    expect(await once(left, 'exit')).toEqual([null, 'SIGKILL']);
    expect(dropped.exitCode ?? dropped.signalCode).toBeNull();
  } finally {
    left.kill('SIGKILL');
    dropped.kill('SIGKILL');
  }
}, 10_000);

test('an agent that is killed leaves nothing behind', async () => {
  const module = fileURLToPath(new URL('./process-reaper.ts', import.meta.url));
  const program = `
    const { ProcessReaper } = await import(${JSON.stringify(module)});
    const { spawn } = await import('node:child_process');
    const reaper = new ProcessReaper('sh');
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    reaper.add(child.pid);
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const node = process.execPath;
  const agent = spawn(node, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(agent.stdout, 'data')) as [Buffer];
  const child = Number(line.toString());
  // The line can be faster than the pipe to the reaper.
  await new Promise((resolve) => setTimeout(resolve, 100));
  agent.kill('SIGKILL');
  await once(agent, 'exit');
  let alive = true;
  for (let tries = 0; tries < 250 && alive; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    try {
      process.kill(child, 0);
    } catch {
      alive = false;
    }
  }
  expect(alive).toBe(false);
}, 15_000);
