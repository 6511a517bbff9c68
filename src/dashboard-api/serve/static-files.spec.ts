import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveDashboard } from '../testing/served-dashboard.ts';
import { StaticFiles } from './static-files.ts';

describe('the page', () => {
  let folder: string;
  let board: Awaited<ReturnType<typeof serveDashboard>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
    mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.html'), 'not of the page');
    writeFileSync(join(folder, 'page', 'index.html'), '<p>here</p>');
    writeFileSync(join(folder, 'page', 'assets', 'index-Bx3kQ91z.js'), 'go()');
    board = await serveDashboard({ files: new StaticFiles(join(folder, 'page')), basePath: '/models' });
  });
  afterEach(async () => {
    await board.stop();
    rmSync(folder, { recursive: true });
  });

  it('is asked for anew each time, and what is named by its content never again', async () => {
    const page = await board.ask('/models/');
    expect([page.status, page.text, page.headers['cache-control']]).toEqual([200, '<p>here</p>', 'no-cache']);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const script = await board.ask('/models/assets/index-Bx3kQ91z.js');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is sent compressed to who takes that, and as it is to others', async () => {
    const sent = async (encodings: string) => {
      const answer = await board.open('/models/', { headers: { 'accept-encoding': encodings } });
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      return { headers: answer.headers, content: Buffer.concat(parts) };
    };
    const { headers, content } = await sent('br, gzip;q=0.8');
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(content.length),
      vary: 'accept-encoding',
    });
    expect(gunzipSync(content).toString()).toBe('<p>here</p>');
    for (const encodings of ['br', 'gzip;q=0', 'gzip;q=0.0, br']) {
      const plain = await sent(encodings);
      expect([encodings, plain.headers['content-encoding']]).toEqual([encodings, undefined]);
      expect(plain.content.toString()).toBe('<p>here</p>');
    }
  });

  it.each(['/../secret.html', '/%2e%2e/secret.html', '/assets', '/constructor', '/assets/../../secret.html'])(
    'has nothing at %s',
    async (path) => expect((await board.ask(path)).status).toBe(404),
  );

  describe('with the documentation', () => {
    beforeEach(async () => {
      mkdirSync(join(folder, 'docs', 'examples'), { recursive: true });
      writeFileSync(join(folder, 'docs', 'index.html'), '<p>read</p>');
      writeFileSync(join(folder, 'docs', 'examples', 'index.html'), '<p>copy</p>');
      writeFileSync(join(folder, 'docs', 'model-deployment.html'), '<p>fields</p>');
      await board.stop();
      const files = new StaticFiles(join(folder, 'page'), join(folder, 'docs'));
      board = await serveDashboard({ files, basePath: '/models' });
    });

    it('has it below /docs/, under the same policy', async () => {
      const pages = ['/models/docs/', '/models/docs/examples/', '/models/docs/index.html', '/docs/'];
      const texts = await Promise.all(pages.map(async (path) => (await board.ask(path)).text));
      expect(texts).toEqual(['<p>read</p>', '<p>copy</p>', '<p>read</p>', '<p>read</p>']);
      const { headers } = await board.ask('/models/docs/');
      expect(headers['content-security-policy']).toContain("style-src 'self'");
    });

    it.each([
      ['/models/docs', 'docs/'],
      ['/docs', 'docs/'],
      ['/models/docs/examples', 'examples/'],
    ])('leads %s into the folder, relative to where a proxy has it', async (path, location) => {
      const answer = await board.ask(path);
      expect([answer.status, answer.headers['location']]).toEqual([308, location]);
    });

    it('asks for a page anew whose name only looks like one of content', async () => {
      const { headers } = await board.ask('/docs/model-deployment.html');
      expect(headers['cache-control']).toBe('no-cache');
    });

    it.each(['/docs/nothing.html', '/docs/../secret.html', '/docs/examples/nothing/'])(
      'has nothing at %s',
      async (path) => expect((await board.ask(path)).status).toBe(404),
    );
  });

  it('that was not built is none', () => expect(new StaticFiles(join(folder, 'nowhere')).isEmpty).toBe(true));
});
