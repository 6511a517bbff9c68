import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  blueGreenDetail,
  canaryDetail,
  canaryRow,
  forbidden,
  list,
  manyRows,
  nobody,
  rights,
  rolledBackDetail,
  shadowDetail,
  userGates,
} from '../../src/dashboard-api/testing/fixtures.ts';
import { seriousIn } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { FixtureServer } from './fixture-server.ts';

let browser: Browser;
let server: FixtureServer;
/** What a browser complains of: broken policies, errors of the page. Each test ends with none. */
let complaints: string[];

beforeAll(async () => void (browser = await launchChromium()));
afterAll(() => browser.close());
beforeEach(async () => {
  complaints = [];
  server = new FixtureServer();
  server.details = [canaryDetail, blueGreenDetail, shadowDetail, rolledBackDetail];
  await server.start();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await server.stop();
  expect(complaints).toEqual([]);
});

async function open(query = '?', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isOfNetwork =
      message.text().includes('net::ERR') || message.text().includes('Failed to load resource');
    if (message.type() === 'error' && !isOfNetwork) complaints.push(message.text());
  });
  await page.goto(server.address + query);
  return page;
}

it.each(['light', 'dark'] as const)('is good for screen readers and eyes: %s', async (colorScheme) => {
  const page = await open('?', { colorScheme });
  await page.waitForSelector('tbody tr');
  expect(await seriousIn(page)).toEqual([]);
  for (const detail of server.details) {
    await page.goto(`${server.address}?model=${detail.row.key}`);
    await page.getByRole('heading', { level: 1, name: detail.row.key }).waitFor();
    await page.waitForSelector('.chart canvas');
    expect(await seriousIn(page)).toEqual([]);
  }
});

it.each([390, 1_440, 2_560])('needs no scrolling to the side at %s pixels', async (width) => {
  const page = await open('?', { viewport: { width, height: 900 } });
  for (const query of ['?', '?model=ml/sentiment']) {
    await page.goto(server.address + query);
    await page.waitForSelector('main.list, main.detail');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});

it('filters and sorts, and keeps both in the address', async () => {
  const page = await open();
  await page.getByRole('button', { name: /Paused/ }).click();
  expect(await page.locator('tbody tr').count()).toBe(1);
  await page.getByRole('searchbox').fill('pric');
  await page.getByRole('button', { name: 'Errors' }).click();
  expect(new URL(page.url()).search).toBe('?phase=Paused&text=pric&sort=errors');
  await page.reload();
  await page.waitForSelector('tbody tr');
  expect(await page.locator('tbody tr').allInnerTexts()).toEqual([expect.stringContaining('pricing')]);
  await page.getByRole('link', { name: 'ml/pricing' }).click();
  expect(new URL(page.url()).search).toContain('model=ml/pricing');
  await page.goBack();
  await page.getByRole('button', { name: 'Show all' }).click();
  expect(await page.locator('tbody tr').count()).toBe(list.rows.length);
});

it('can be gone through with the keyboard alone, up to a verb and back', async () => {
  const page = await open();
  await page.getByRole('link', { name: 'ml/sentiment' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Promote…' }).focus();
  await page.keyboard.press('Enter');
  const reason = page.getByRole('textbox', { name: 'Reason, for the record' });
  await reason.waitFor();
  await page.keyboard.press('Escape');
  await reason.waitFor({ state: 'detached' });
  expect(server.asked).toEqual([]);
});

it('asks for a verb about exactly what was seen, with the reason', async () => {
  const page = await open('?model=ml/sentiment');
  await page.getByRole('button', { name: 'Promote…' }).click();
  // What comes while the dialog is open changes nothing of what is asked for.
  server.send('delta', {
    changed: { row: { ...canaryRow, step: { ...canaryRow.step!, step: 2 } } },
    removed: [],
  });
  await page.getByRole('textbox', { name: 'Reason, for the record' }).fill('the numbers look good');
  await page.getByRole('button', { name: 'Promote', exact: true }).click();
  await page.getByText('promote was asked for.').waitFor();
  const { uid, step } = canaryRow;
  expect(server.asked).toEqual([
    { verb: 'promote', uid, rollout: step!.rollout, step: step!.step, reason: 'the numbers look good' },
  ]);
});

it('goes back to a revision that somebody chose, and offers it to nobody else', async () => {
  const page = await open('?model=ml/sentiment');
  const back = page.getByRole('button', { name: /^Rollback to/ });
  await back.first().waitFor();
  // Neither the stable revision nor the candidate.
  expect(await back.allInnerTexts()).toEqual(['Rollback to sentiment 2…']);
  await back.click();
  await page.getByRole('dialog', { name: 'Rollback ml/sentiment to sentiment 2?' }).waitFor();
  await page.getByRole('button', { name: 'Rollback to sentiment 2', exact: true }).click();
  await page.getByText('rollback was asked for.').waitFor();
  expect(server.asked).toEqual([{ verb: 'rollback', uid: canaryRow.uid, revision: '2c6d8e0f1a' }]);
  const { verbs: all, sees } = canaryDetail.rights;
  const verbs = all.map((right) => ({ ...right, allowed: right.verb !== 'rollback' }));
  server.details = [{ ...canaryDetail, rights: { verbs, sees } }];
  await page.reload();
  await page.getByRole('button', { name: 'Promote…' }).waitFor();
  expect(await back.count()).toBe(0);
});

it('shows what each gate of their own says, with the end of the log of a Job, and nothing where there are none', async () => {
  const page = await open('?model=ml/sentiment');
  const gates = page.locator('section', {
    has: page.getByRole('heading', { level: 2, name: 'Gates', exact: true }),
  });
  const textOf = (name: string) =>
    gates
      .getByRole('article')
      .filter({ has: page.getByRole('heading', { name }) })
      .innerText();
  expect(await textOf('golden-answers')).toMatch(/Said yes[^]*“40 of 40 answers are the same”/);
  const job = await textOf('load-test');
  expect(job).toMatch(/Said no[^]*1 failure, 2 are tolerated[^]*asked again in\s+35 s/);
  expect(job).toContain('p99 of large batches is above 2 s');
  expect(await textOf('complaints')).toMatch(/Asked[^]*2 answers[^]*without an answer for\s+1 m 15 s/);
  expect(await textOf('sign-off')).toMatch(/Not asked yet[^]*pauses until a person decides/);
  server.send('delta', {
    changed: { rollout: { ...canaryDetail.rollout!, gates: [] }, nextGates: [userGates[3]!] },
    removed: [],
  });
  await gates.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Gates of the next rollout' }).waitFor();
});

it('says why an action was refused, and offers none that is not allowed', async () => {
  server.forbids = true;
  server.details = [{ ...canaryDetail, rights: rights(['abort']) }];
  const page = await open('?model=ml/sentiment');
  await page.getByRole('button', { name: 'Abort…' }).click();
  expect(await page.getByRole('button', { name: 'Promote…' }).count()).toBe(0);
  await page.getByRole('heading', { name: 'What others can do' }).waitFor();
  await page
    .getByText(/the role understudy-approver gives the right to promote/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Abort', exact: true }).click();
  expect(await page.getByRole('alert').innerText()).toContain(forbidden.detail);
  expect(await page.getByRole('alert').innerText()).toContain(forbidden.next[0]);
});

it('shows what changes, and says when the connection is lost and how old the picture is', async () => {
  const page = await open();
  await page.getByText('Live', { exact: true }).waitFor();
  server.send('delta', { rows: [{ ...canaryRow, message: 'it goes on' }], removed: ['ml/fraud'] });
  await page.getByText('it goes on').waitFor();
  await page.getByRole('link', { name: 'ml/fraud' }).waitFor({ state: 'detached' });
  await server.stop();
  await page.getByText(/What you see is\s+\d+ s\s+old/).waitFor();
  await page.getByText('it goes on').waitFor();
  await server.start();
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' });
  // The snapshot was 1, the delta 2.
  expect(server.resumed).toEqual([undefined, '2']);
});

it('says that the server itself sees nothing new', async () => {
  server.list = { ...list, stale: { since: list.serverTime, message: 'the API server does not answer' } };
  const page = await open();
  await page.getByText(/Stale for .*: the API server does not answer/).waitFor();
});

it('lets go of the stream while nobody looks, and comes back where it was', async () => {
  const page = await open();
  await page.getByText('Live', { exact: true }).waitFor();
  const show = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
  await show(true);
  await expectSoon(() => server.openStreams === 0);
  await show(false);
  await page.getByText('Live', { exact: true }).waitFor();
  expect(server.resumed).toEqual([undefined, '1']);
});

it('asks for a token, sends it, and keeps it in this tab only', async () => {
  server.me = nobody;
  const page = await open();
  await page.getByLabel('Token').fill('two words');
  await page.getByRole('button', { name: 'Log in' }).last().click();
  expect(await page.getByRole('alert').innerText()).toContain('no token');
  expect(server.resumed).toEqual([]);
  server.me = { ...nobody, needsToken: false, user: { name: 'alice', groups: [] } };
  await page.getByLabel('Token').fill(' Bearer a.b.c\n');
  await page.getByRole('button', { name: 'Log in' }).last().click();
  await page.waitForSelector('tbody tr');
  expect(server.authorization).toBe('Bearer a.b.c');
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.evaluate(() => Object.values(localStorage))).not.toContain('a.b.c');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForSelector('tbody tr');
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

it.each([
  ['cluster', 'The API server does not know this token'],
  ['local', 'not the secret of the server that runs now'],
] as const)('says what was wrong with a token that is refused: %s', async (mode, words) => {
  server.me = { ...nobody, mode };
  const page = await open('?#token=withdrawn');
  expect(await page.getByRole('alert').innerText()).toContain(words);
  expect(await seriousIn(page)).toEqual([]);
  // It is of no use any more.
  await page.reload();
  await page.getByLabel('Token').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

it('lets people look without a token where that is allowed, also after one was refused', async () => {
  server.me = { ...nobody, anonymous: 'readOnly' };
  const page = await open('?#token=withdrawn');
  await page.getByRole('alert').waitFor();
  server.me = { ...server.me, needsToken: false };
  await page.getByRole('button', { name: 'Only look' }).click();
  await page.waitForSelector('tbody tr');
  expect(server.authorization).toBeUndefined();
  await page.getByText('read-only').waitFor();
});

it('marks a row that is not as the object is now', async () => {
  server.list = { ...list, rows: [{ ...canaryRow, outdated: true, message: 'it cannot be shown' }] };
  const page = await open();
  await page.getByText('not as it is now').waitFor();
  await page.getByText('it cannot be shown').waitFor();
});

it('takes the token that `understudy dashboard` prints out of the address', async () => {
  const page = await open('?#token=a.secret');
  await page.waitForSelector('tbody tr');
  expect(server.authorization).toBe('Bearer a.secret');
  expect(new URL(page.url()).hash).toBe('');
});

it('draws only the row that changed, of five hundred', async () => {
  server.list = manyRows(500);
  const page = await open();
  await page.waitForSelector('tbody tr');
  expect(await page.locator('tbody tr').count()).toBe(500);
  await page.evaluate(() => {
    const changed = ((globalThis as unknown as { changed: Set<string> }).changed = new Set());
    const rowOf = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('tr');
    new MutationObserver((records) => {
      for (const { target } of records)
        // Times go on by themselves.
        if (!(target instanceof Element && target.tagName === 'TIME'))
          changed.add(rowOf(target)?.querySelector('a')?.textContent ?? 'the page');
    }).observe(document.querySelector('tbody')!, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  const row = server.list.rows[0]!;
  server.send('delta', { rows: [{ ...row, message: 'it goes on' }], removed: [] });
  await page.getByText('it goes on').waitFor();
  expect(await page.evaluate(() => [...(globalThis as unknown as { changed: Set<string> }).changed])).toEqual(
    [row.key],
  );
});

async function expectSoon(holds: () => boolean): Promise<void> {
  for (let left = 100; left > 0 && !holds(); left--) await new Promise((done) => setTimeout(done, 50));
  expect(holds()).toBe(true);
}
