import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'understudy-links-'));
const asked: string[] = [];
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer(({ method, url = '' }, answer) => {
    asked.push(`${method} ${url}`);
    const isFirst = asked.filter((one) => one.endsWith(` ${url}`)).length === 1;
    const statuses: Record<string, number> = {
      '/ok': 200,
      '/gone': 404,
      '/no-head': method === 'HEAD' ? 405 : 200,
      '/unwell-once': isFirst ? 503 : 200,
      '/for-people': 403,
    };
    answer.writeHead(statuses[url] ?? 500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** The command of `npm run check:links` with other pages. */
async function check(markdown: string): Promise<{ code: number; output: string }> {
  const page = join(folder, 'page.md');
  writeFileSync(page, markdown);
  const cli = join('node_modules', 'linkinator', 'build', 'src', 'cli.js');
  const argv = [cli, page, '--config', 'tools/check-links/linkinator.config.js', '--verbosity', 'error'];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
    );
  });
}

describe('npm run check:links', () => {
  it('uses what is tested here, and asks for the links of all pages', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const words = scripts['check:links'] ?? '';
    for (const part of [
      'docs/**/*.md',
      'examples/**/*.md',
      'README.md',
      '--config tools/check-links/linkinator.config.js',
    ])
      expect(words).toContain(part);
  });

  it('is content with what answers: also with those that know no HEAD, are unwell once, or answer people only', async () => {
    const links = ['ok', 'no-head', 'unwell-once', 'for-people'].map(
      (name) => `[${name}](${origin}/${name})`,
    );
    const { code, output } = await check(links.join('\n\n'));
    expect([code, output]).toEqual([0, expect.not.stringContaining('no-head')]);
    expect(asked).toEqual(expect.arrayContaining(['HEAD /ok', 'HEAD /no-head', 'GET /no-head']));
  });

  it('names what is gone, and fails', async () => {
    const { code, output } = await check(`[ok](${origin}/ok), [gone](${origin}/gone)`);
    expect(code).toBe(1);
    expect(output).toContain(`${origin}/gone`);
    expect(output).not.toContain(`${origin}/ok`);
  });

  it('asks nobody for names of examples, or for what stands in code', async () => {
    const { code } = await check(
      `[a](https://checks.example.com/golden)\n\n\`${origin}/code\`\n\n\`\`\`yaml\nurl: ${origin}/code\n\`\`\`\n`,
    );
    expect(code).toBe(0);
    expect(asked).not.toContain('HEAD /code');
  });
});
