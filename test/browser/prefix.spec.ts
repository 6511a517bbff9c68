import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import * as pictures from '../../src/cli/testing/pictures.ts';
import { docsFolder, pageFolder } from '../../src/dashboard-api/page-folder.ts';
import { StaticFiles } from '../../src/dashboard-api/serve/static-files.ts';
import { serveDashboard } from '../../src/dashboard-api/testing/served-dashboard.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { launchChromium } from './chromium.ts';

/** The real server of the page and its API, behind a proxy that has it below a path of its own. */
const prefix = '/tools/understudy';

let browser: Browser;
beforeAll(async () => void (browser = await launchChromium()));
afterAll(() => browser.close());

describe.each([
  ['takes its prefix away', true],
  ['leaves its prefix, which basePath names', false],
])('behind a proxy that %s', (_, strips) => {
  let board: Awaited<ReturnType<typeof serveDashboard>>;
  let proxy: Server;
  /** Paths that the page asked the proxy for, and that are not ours. */
  let astray: string[];

  beforeAll(async () => {
    const files = new StaticFiles(pageFolder(), docsFolder());
    board = await serveDashboard({ files, ...(!strips && { basePath: prefix }) });
    board.people.known.set('viewer', { name: 'vic', may: () => true });
    const { model, rollouts } = pictures.stepping();
    board.objects.rollouts = rollouts as unknown as KubernetesObject[];
    board.objects.put('ml/sentiment', model as unknown as KubernetesObject);
    astray = [];
    proxy = createServer(({ url = '/', method, headers }, response) => {
      if (!url.startsWith(`${prefix}/`)) {
        astray.push(url);
        return void response.writeHead(404).end();
      }
      const path = strips ? url.slice(prefix.length) : url;
      const sent = httpRequest({ port: board.port, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      sent.on('error', () => response.destroy());
      response.on('close', () => sent.destroy());
      sent.end();
    });
    await new Promise<void>((started) => proxy.listen(0, '127.0.0.1', started));
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
    await board.stop();
  });

  it('works: login, list, one of it live, and the documentation', async () => {
    const page = await browser.newPage();
    const home = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}/`;
    await page.goto(home);
    await page.getByLabel('Token').fill('viewer');
    await page.getByRole('button', { name: 'Log in' }).last().click();
    await page.getByRole('link', { name: 'ml/sentiment' }).click();
    await page.getByRole('heading', { level: 1, name: 'ml/sentiment' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const { model } = pictures.stepping();
    const changed = { ...model, status: { ...model.status, message: 'it goes on' } };
    board.objects.put('ml/sentiment', changed as unknown as KubernetesObject);
    await page.getByText('it goes on').first().waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'ml/sentiment' }).waitFor();
    await page.getByRole('link', { name: 'Docs' }).click();
    await page.waitForURL(`${home}docs/`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(astray).toEqual([]);
  });
});
