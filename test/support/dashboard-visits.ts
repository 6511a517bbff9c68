import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { DashboardPeople } from './dashboard-people.ts';

export interface VisitOptions extends BrowserContextOptions {
  /** The ModelDeployment whose page is opened; absent: the list. */
  model?: string;
  /** Another way to the server than its own address. */
  through?: string;
}

/** People who open the dashboard in a real browser, each in a profile of their own. */
export class DashboardVisits {
  /** What browsers complained of: broken policies, errors of the page. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #people: DashboardPeople;
  readonly #address: () => string;

  constructor(browser: Browser, people: DashboardPeople, address: () => string) {
    this.#browser = browser;
    this.#people = people;
    this.#address = address;
  }

  /** Opens the page as somebody who is logged in; waits for nothing but the page. */
  async open(person: string, { model, through, ...options }: VisitOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      ...{ reducedMotion: 'reduce', viewport: { width: 1_280, height: 800 } },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(takesPictures ? 180_000 : 60_000);
    page.on('pageerror', (error) => this.complaints.push(`${person}: ${String(error)}`));
    page.on('console', (message) => {
      // What is refused, or does not get through, is said on the page.
      const isOfNetwork = /net::ERR|Failed to load resource/.test(message.text());
      if (message.type() === 'error' && !isOfNetwork) this.complaints.push(`${person}: ${message.text()}`);
    });
    const query = model === undefined ? '' : `?model=default/${model}`;
    await page.goto(`${through ?? this.#address()}/${query}#token=${this.#people.tokenOf(person)}`);
    return page;
  }

  async close(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }
}

/** Every step that the page of one ModelDeployment shows as the current one: `1. weight 20 %, hold 2s`. */
export const watchSteps = (page: Page) => watchTexts(page, '[aria-current=step] .words');

/**
 * Collects every text that an element of the page has, from now on and without a reload, however short. What is given tells which came so far;
 * a page that was loaded anew knows none.
 */
export async function watchTexts(page: Page, selector: string): Promise<() => Promise<string[]>> {
  await page.evaluate((wanted) => {
    const shown = ((globalThis as unknown as { shown: string[] }).shown = []) as string[];
    const look = () => {
      const words = document.querySelector(wanted)?.textContent;
      if (words && shown.at(-1) !== words) shown.push(words);
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  }, selector);
  return () => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
}

/** Where `npm run generate:screenshots` wants the pictures of the documentation; a test run takes none. */
const folder = process.env['SCREENSHOTS'];
export const takesPictures = folder !== undefined;

/** A picture for the documentation, of what a test looks at anyway. `height`: of the page, from its top. */
export async function picture(page: Page, name: string, height?: number): Promise<void> {
  if (folder === undefined) return;
  const before = page.viewportSize()!;
  if (height !== undefined) await page.setViewportSize({ ...before, height });
  // Times on the page go on once a second, and charts are drawn after their size is known.
  await page.waitForTimeout(1_200);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.setViewportSize(before);
}
