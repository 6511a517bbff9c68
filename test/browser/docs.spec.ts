import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { StaticFiles } from '../../src/dashboard-api/serve/static-files.ts';
import { serveDashboard } from '../../src/dashboard-api/testing/served-dashboard.ts';
import { seriousIn } from './axe.ts';
import { launchChromium } from './chromium.ts';

const root = join(import.meta.dirname, '../..');

/** The built documentation, served by the dashboard's own handler below a prefix, as behind a proxy. */
let browser: Browser;
let board: Awaited<ReturnType<typeof serveDashboard>>;
let docs: string;
/** What a browser complains of: broken policies, errors of the page, files that are not there. Each test ends with none. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchChromium();
  const files = new StaticFiles(join(root, 'dashboard/dist'), join(root, 'docs-site/dist'));
  board = await serveDashboard({ files, basePath: '/tools/understudy' });
  docs = `http://127.0.0.1:${board.port}/tools/understudy/docs/`;
});
afterAll(async () => {
  await browser.close();
  await board.stop();
});
beforeEach(() => void (complaints = []));
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(complaints).toEqual([]);
});

async function open(path = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(docs + path);
  return page;
}

const pages = [
  '',
  'concepts.html',
  'spec/model-deployment.html',
  'architecture.html',
  'quick-start.html',
  'reference/reasons.html',
  'examples/index.html',
];

it.each(['light', 'dark'] as const)('is good for screen readers and eyes: %s', async (colorScheme) => {
  const page = await open('', { colorScheme });
  for (const path of pages) {
    await page.goto(docs + path);
    await page.getByRole('searchbox').waitFor();
    expect([path, await seriousIn(page)]).toEqual([path, []]);
  }
  await page.getByRole('searchbox').fill('rollback');
  await page.locator('#results a').first().waitFor();
  expect(await seriousIn(page)).toEqual([]);
});

it.each([360, 390, 1_440, 2_560])('needs no scrolling to the side at %s pixels', async (width) => {
  const page = await open('', { viewport: { width, height: 900 } });
  for (const path of [...pages, 'reference/model-deployment.html']) {
    await page.goto(docs + path);
    const found = await page.evaluate(() => document.documentElement.scrollWidth);
    expect([path, Math.max(found, width)]).toEqual([path, width]);
  }
});

it('is found from the dashboard, and leads back to it', async () => {
  const page = await open('../');
  // Nobody is logged in, and the documentation is there all the same.
  await page.getByRole('link', { name: 'Docs' }).click();
  await page.getByRole('heading', { level: 1, name: 'Understudy' }).waitFor();
  expect(page.url()).toBe(docs);
  await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
  await page.getByRole('link', { name: 'Docs' }).waitFor();
  expect(page.url()).toBe(docs.replace(/docs\/$/, ''));
  // What the page is refused without a login is part of this test.
  complaints = complaints.filter((words) => !words.includes('401'));
});

it('finds a field from anywhere, by the keyboard alone, and goes to its row', async () => {
  const page = await open('examples/strategies/shadow.yaml.html');
  await page.keyboard.press('/');
  await page.keyboard.type('falseRollback');
  await page.locator('#results a').first().waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(
    'spec.analysis.falseRollback',
  );
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${docs}reference/model-deployment.html#spec.analysis.falseRollback`);
  expect(await page.locator('tr:target').innerText()).toContain('spec.analysis.falseRollback');
});

it('says that nothing was found, and closes with Escape', async () => {
  const page = await open();
  const box = page.getByRole('searchbox');
  await box.fill('zzzzqqqq');
  await page.getByRole('status').getByText('Nothing found').waitFor({ state: 'attached' });
  await box.press('Escape');
  expect([await box.inputValue(), await page.locator('#results').isVisible()]).toEqual(['', false]);
});

it('says so where the data of the search cannot be had, and asks again', async () => {
  const page = await open();
  await page.route('**/search-*.json', (route) => route.fulfill({ status: 503 }));
  await page.getByRole('searchbox').fill('bake');
  await page.getByText('The search cannot be reached.').waitFor();
  await page.unroute('**/search-*.json');
  await page.getByRole('searchbox').fill('bakes');
  await page.locator('#results a').first().waitFor();
  complaints = complaints.filter((words) => !words.includes('503'));
});

it('keeps the colours that were chosen, from page to page and without a flash', async () => {
  const page = await open('', { colorScheme: 'light' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
  expect(await background()).not.toBe(light);
  await page.goto(`${docs}faq.html`);
  expect(await background()).not.toBe(light);
  const script = await page.locator('head script').first().getAttribute('src');
  expect(script).toContain('theme');
});

it('has its list of pages behind a button on a phone', async () => {
  const page = await open('', { viewport: { width: 390, height: 844 } });
  const button = page.getByRole('button', { name: 'Pages' });
  const list = page.getByRole('navigation', { name: 'Pages', exact: true });
  expect(await list.isVisible()).toBe(false);
  await button.click();
  expect(await list.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await list.isVisible()).toBe(false);
  await button.click();
  await list.getByRole('link', { name: 'Runbook' }).click();
  await page.getByRole('heading', { level: 1, name: 'Runbook' }).waitFor();
});

it('can be read without scripts', async () => {
  const page = await open('faq.html', { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Questions');
  expect(await page.getByRole('navigation', { name: 'Pages', exact: true }).isVisible()).toBe(true);
  expect(await page.getByRole('searchbox').isVisible()).toBe(false);
});
