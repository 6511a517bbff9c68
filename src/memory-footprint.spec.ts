import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

/** In a process of its own: what is tested changes the whole process. */
async function run(script: string): Promise<{ stdout: string; stderr: string }> {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  return promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
}

it('this V8 knows every flag, and still parses HTTP and runs WebAssembly', async () => {
  const { stdout, stderr } = await run(`
    import { keepMemoryLow } from './memory-footprint.ts';
    keepMemoryLow();
    const { createServer } = await import('node:http');
    const { fetch } = await import('undici');
    const server = createServer((_, response) => response.end('served'));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    console.log(await (await fetch('http://127.0.0.1:' + server.address().port)).text());
    process.exit(0);
  `);
  expect(stdout.trim()).toBe('served');
  // V8 complains here about a flag that it does not know.
  expect(stderr).toBe('');
});

it('the garbage of the start is given back', async () => {
  const { stdout, stderr } = await run(`
    import { keepMemoryLow, releaseStartupMemory } from './memory-footprint.ts';
    keepMemoryLow();
    let garbage = Array.from({ length: 300_000 }, (_, index) => ({ index, text: 'x' + index }));
    const before = process.memoryUsage.rss() * (garbage.length > 0 ? 1 : 0);
    garbage = undefined;
    releaseStartupMemory();
    console.log(JSON.stringify({ before, after: process.memoryUsage.rss() }));
  `);
  const { before, after } = JSON.parse(stdout) as { before: number; after: number };
  expect(after).toBeLessThan(before - 5_000_000);
  expect(stderr).toBe('');
});

it('what waiting leaves behind is given back without being asked for, and keeps no process alive', async () => {
  const { stdout, stderr } = await run(`
    import { keepMemoryLow } from './memory-footprint.ts';
    keepMemoryLow(20);
    let kept = { text: 'x'.repeat(1_000) };
    const garbage = new WeakRef(kept);
    kept = undefined;
    let looks = 0;
    const look = setInterval(() => {
      looks += 1;
      if (garbage.deref() !== undefined && looks < 100) return;
      clearInterval(look);
      console.log(garbage.deref() === undefined ? 'collected' : 'kept');
    }, 20);
  `);
  expect(stdout.trim()).toBe('collected');
  expect(stderr).toBe('');
});
