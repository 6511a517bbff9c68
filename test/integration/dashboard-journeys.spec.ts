import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { Receiver } from '../../src/outbound/testing/receiver.ts';
import { launchChromium } from '../browser/chromium.ts';
import { errorAndLatencyAnalysis as analysis, errors } from '../support/analysis.ts';
import { CutOffProxy } from '../support/cut-off-proxy.ts';
import { DashboardPeople } from '../support/dashboard-people.ts';
import {
  DashboardVisits,
  picture,
  takesPictures,
  watchSteps,
  watchTexts,
} from '../support/dashboard-visits.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(takesPictures ? 400_000 : 180_000);

/**
 * What people do on the dashboard, in a real browser and with real rollouts: one story after the other on one cluster. `SCREENSHOTS` takes the
 * pictures of the documentation on the way (`npm run generate:screenshots`).
 */
let bed: TestBed;
let people: DashboardPeople;
let browser: Browser;
let visits: DashboardVisits;
let proxy: CutOffProxy;
let controller: InstalledController;
/** Whom gates ask. */
let checks: Receiver;
const models = {} as Record<'sentiment' | 'pricing' | 'ranking' | 'fraud' | 'chat', WatchedModel>;

/** A picture shows charts, which have a point each fifteen seconds: what is in it runs for longer. */
const hold = takesPictures ? '75s' : '2s';
/** Every model answers in a while, and fails now and then. */
const usual = { ERROR_RATE: '0.01', LATENCY_MS: '20' };

/** A candidate that fails does so at once; in a picture only after a while, and not by much. */
const failing = takesPictures
  ? { ...usual, BY_CHANCE: '1', ERROR_RATE: '0.015', HARM_AFTER_MS: '45000' }
  : { ...usual, ERROR_RATE: '0.5' };
const strict = takesPictures && {
  analysis: { ...analysis, metrics: [{ ...errors, max: 0.05 }, analysis.metrics[1]] },
};

const canary = (steps: object[]) => ({ canary: { steps, bake: { duration: '3s' } } });
const strategies: Record<keyof typeof models, object> = {
  sentiment: canary([{ weight: 20, hold }, { pause: {} }, { weight: 50, hold: '2s' }]),
  fraud: canary([{ weight: 25, hold: takesPictures ? '90s' : '2s' }]),
  pricing: { blueGreen: { preAnalysis: { hold: '2s' }, bake: { duration: '4s' } } },
  chat: canary([{ weight: 30, hold: '2s' }]),
  ranking: { shadow: { duration: '6s', minRequests: 100, bake: { duration: '2s' } } },
};

beforeAll(async () => {
  bed = await TestBed.start();
  people = await DashboardPeople.admit(bed, {
    vic: 'understudy-viewer',
    oli: 'understudy-operator',
    ann: 'understudy-approver',
    // She loses it on the way.
    eva: 'understudy-approver',
    adi: 'cluster-admin',
  });
  checks = await Receiver.start();
  const checksInside = await bed.reachableInside(checks.url);
  const gate = (name: string, when: string, more: object = {}) => ({
    ...{ name, when, interval: '1s', webhook: { url: `${checksInside}/${name}` } },
    ...more,
  });
  const gates = [
    gate('golden-answers', 'before', { failureLimit: 100 }),
    gate('complaints', 'during'),
    gate('sign-off', 'after', { onFailure: 'pause' }),
  ];
  controller = await bed.installController({
    gates: { allowedHosts: [checksInside] },
    dashboard: { enabled: true },
    admissionPolicy: { enabled: true },
  });
  const { address } = controller.run;
  proxy = await CutOffProxy.start(new URL(address));
  bed.atStop(() => proxy.stop());
  browser = await launchChromium();
  visits = new DashboardVisits(browser, people, () => address);
  const names = Object.keys(strategies) as (keyof typeof models)[];
  await Promise.all(
    names.map(async (name) => {
      const spec = {
        ...{ replicas: 1, analysis, strategy: strategies[name] },
        ...(name === 'fraud' && strict),
        ...(name === 'chat' && { gates }),
      };
      models[name] = await WatchedModel.serve(bed, name, { version: '1', env: usual, spec });
      models[name].load({ rate: 50 });
    }),
  );
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await bed?.stop();
  await checks?.stop();
}, 60_000);

const headed = (page: Page, model: string) =>
  page.getByRole('heading', { level: 1, name: `default/${model}` }).waitFor();
const untilPhase = (page: Page, words: string) =>
  page.locator('.summary .badge', { hasText: words }).waitFor();
const stableLabel = (page: Page, label: string) =>
  page.locator('.role.is-stable strong', { hasText: label }).waitFor();
const row = (page: Page, model: string) =>
  page.locator('tbody tr', { has: page.getByRole('link', { name: `default/${model}` }) });

/** A page that stays open over several tests: ann's, who approves in the end. */
let approver: Page;
let approversSteps: () => Promise<string[]>;

it('a canary: an approver sees each step come, up to the one that waits for a person', async () => {
  approver = await visits.open('ann', { model: 'sentiment' });
  await headed(approver, 'sentiment');
  approversSteps = await watchSteps(approver);
  await models.sentiment.apply({ version: '2', env: usual });
  await approver.getByRole('button', { name: 'Promote…' }).waitFor();
  await untilPhase(approver, 'Paused');
  await approver.locator('.split-line', { hasText: 'applied' }).getByText('20 %').waitFor();
  await picture(approver, 'dashboard-detail', 1_100);
});

it('a viewer has no buttons, and who asks past the page is refused in words', async () => {
  const page = await visits.open('vic', { model: 'sentiment' });
  await untilPhase(page, 'Paused');
  expect(await page.locator('.verbs button').count()).toBe(0);
  const { uid } = (await bed.get(resourceKinds.modelDeployment, 'sentiment'))!.metadata;
  const answer = await page.evaluate(
    async (wish) => {
      const sent = await fetch('api/v1/namespaces/default/modeldeployments/sentiment/actions', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${sessionStorage.getItem('understudy.token')}`,
        },
        body: JSON.stringify(wish),
      });
      return { status: sent.status, body: (await sent.json()) as { detail: string; next: string[] } };
    },
    { verb: 'promote', uid, rollout: 'sentiment-1', step: 1 },
  );
  expect(answer.status).toBe(403);
  expect(answer.body.detail).toContain(people.userOf('vic'));
  expect(answer.body.next.join(' ')).toContain('understudy-approver');
  await page.context().close();
});

it('an operator may stop it and not bring it on', async () => {
  const page = await visits.open('oli', { model: 'sentiment' });
  await page.getByRole('button', { name: 'Abort…' }).waitFor();
  expect(await page.getByRole('button', { name: /Promote/ }).count()).toBe(0);
  await page.context().close();
});

it('says so when a right went away while the question was open', async () => {
  const page = await visits.open('eva', { model: 'sentiment' });
  await page.getByRole('button', { name: 'Promote…' }).click();
  await page.getByRole('textbox', { name: 'Reason, for the record' }).fill('the numbers look good');
  await people.dismiss('eva');
  await page.getByRole('button', { name: 'Promote', exact: true }).click();
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.innerText()).toContain(people.userOf('eva'));
  expect(await alert.innerText()).toContain('understudy-approver');
  await picture(page, 'dashboard-refused', 640);
  await page.context().close();
  expect((await models.sentiment.status()).phase).toBe('Paused');
});

it('a candidate that fails is taken back, and the page says by what evidence', async () => {
  const page = await visits.open('vic', { model: 'fraud', colorScheme: 'dark' });
  await headed(page, 'fraud');
  await models.fraud.apply({ version: '2', env: failing });
  await untilPhase(page, 'Rolled back');
  await page.locator('.metric .badge', { hasText: 'Fail' }).waitFor();
  await page.locator('.timeline .is-failed').waitFor();
  await stableLabel(page, 'fraud 1');
  await picture(page, 'dashboard-rolled-back', 1_000);
  await page.context().close();
});

it('a shadow: copies, no weight, and a report', async () => {
  const page = await visits.open('vic', { model: 'ranking' });
  await headed(page, 'ranking');
  const steps = await watchSteps(page);
  const list = await visits.open('vic');
  await models.ranking.apply({ version: '2', env: usual });
  await page.getByText('100 % of the requests are copied to the candidate').waitFor();
  await row(list, 'ranking').getByText('copies 100 %').waitFor();
  await row(list, 'sentiment').getByText('waits for a person').waitFor();
  await picture(list, 'dashboard-list', 420);
  await picture(page, 'dashboard-shadow', 760);
  await page.locator('.log .badge', { hasText: 'Completed' }).waitFor();
  expect((await steps()).join(' | ')).toContain('copies of 100 %');
  await list.context().close();
  await page.context().close();
});

it('blue-green: nobody, then everybody, and the old revision stays warm for a while', async () => {
  const page = await visits.open('adi', { model: 'pricing' });
  await headed(page, 'pricing');
  const steps = await watchSteps(page);
  await models.pricing.apply({ version: '2', env: usual });
  await untilPhase(page, 'Baking');
  await page.locator('.split-line', { hasText: 'applied' }).getByText('100 %').waitFor();
  await picture(page, 'dashboard-blue-green', 760);
  await untilPhase(page, 'Healthy');
  await stableLabel(page, 'pricing 2');
  expect((await steps()).join(' | ')).toMatch(/1\. preview.*bake/);
  await page.context().close();
});

it('a canary goes on when the approver says so, up to its end, and the record names her', async () => {
  await approver.getByRole('button', { name: 'Promote…' }).click();
  await approver.getByRole('textbox', { name: 'Reason, for the record' }).fill('the numbers look good');
  await approver.getByRole('button', { name: 'Promote', exact: true }).click();
  await approver.getByText('promote was asked for.').waitFor();
  await untilPhase(approver, 'Healthy');
  await stableLabel(approver, 'sentiment 2');
  expect((await approversSteps()).join(' | ')).toMatch(/weight 20 %.*pause.*weight 50 %.*bake/);
  const decisions = approver
    .locator('.log')
    .getByText(`asked for by ${people.userOf('ann')}`, { exact: true });
  expect(await decisions.count()).toBeGreaterThan(0);
  await approver.getByText('“the numbers look good”').waitFor();
  await approver.context().close();
});

it('an admin goes back to a revision of their choice', async () => {
  const page = await visits.open('adi', { model: 'sentiment' });
  await page.getByRole('button', { name: 'Rollback to sentiment 1…' }).click();
  await page.getByRole('textbox', { name: 'Reason, for the record' }).fill('complaints of users');
  await picture(page, 'dashboard-rollback', 640);
  await page.getByRole('button', { name: 'Rollback to sentiment 1', exact: true }).click();
  await page.getByText('rollback was asked for.').waitFor();
  await stableLabel(page, 'sentiment 1');
  const { to } = (await models.sentiment.outcome(2)).spec;
  expect(to.revision).toBe(models.sentiment.revisionOf('v1'));
  await page.context().close();
});

/** What the page says of one gate, and how it stands in short. */
const gateOf = (page: Page, name: string) =>
  page.locator('article').filter({ has: page.getByRole('heading', { name, level: 3 }) });

const stands = (page: Page, gate: string, words: string) =>
  gateOf(page, gate).locator('.badge', { hasText: words }).waitFor();
const answered = (page: Page, gate: string) =>
  gateOf(page, gate)
    .locator('.note')
    .getByText(/\d+ answers/)
    .waitFor();

it('a gate of their own that says no, and then yes: its words, how often, and what it means', async () => {
  const page = await visits.open('vic', { model: 'chat' });
  const list = await visits.open('vic');
  await page.getByRole('heading', { name: 'Gates of the next rollout' }).waitFor();
  await stands(page, 'golden-answers', 'Not asked yet');
  const verdict = { verdict: 'fail', message: '3 of 40 answers differ' };
  checks.answer((response, { path }) =>
    response.end(path === '/golden-answers' ? JSON.stringify(verdict) : '{}'),
  );
  await models.chat.apply({ version: '2', env: usual });
  const golden = gateOf(page, 'golden-answers');
  await stands(page, 'golden-answers', 'Said no');
  await golden.getByText('“3 of 40 answers differ”').waitFor();
  await golden.getByText(/said no \(\d+ failures?, 100 are tolerated\)/).waitFor();
  await answered(page, 'golden-answers');
  await golden.getByText('When it has said no 101 times, the rollout ends.').waitFor();
  await golden.getByText(/webhook at [\d.]+:\d+, before the candidate gets its first request/).waitFor();
  expect(await golden.innerText()).not.toContain('/golden-answers');
  await stands(page, 'sign-off', 'Not asked yet');
  await page.getByText('it goes on when gate golden-answers says Pass').waitFor();
  await row(list, 'chat').getByText('waits for a gate').waitFor();
  await page.locator('.split-line', { hasText: 'applied' }).getByText('0 %', { exact: true }).waitFor();
  await picture(page, 'dashboard-gates', 1_000);
  Object.assign(verdict, { verdict: 'pass', message: '40 of 40 answers are the same' });
  await stands(page, 'golden-answers', 'Said yes');
  await golden.getByText('“40 of 40 answers are the same”').waitFor();
  await untilPhase(page, 'Healthy');
  await stableLabel(page, 'chat 2');
  for (const name of ['golden-answers', 'complaints', 'sign-off']) await stands(page, name, 'Said yes');
  await list.context().close();
  await page.context().close();
});

it('past rollouts show what their gates said', async () => {
  await models.chat.apply({ version: '3', env: usual });
  await models.chat.outcome(2);
  const page = await visits.open('vic', { model: 'chat' });
  await page.getByRole('heading', { name: 'Plan of chat-2' }).waitFor();
  await page.getByRole('link', { name: 'chat-1' }).click();
  await page.getByRole('heading', { name: 'Plan of chat-1' }).waitFor();
  await stands(page, 'golden-answers', 'Said yes');
  await answered(page, 'golden-answers');
  await page.context().close();
});

it('a controller that is killed: the page says so, and shows what is true again without a reload', async () => {
  const page = await visits.open('vic', { model: 'chat' });
  await page.getByText('Live', { exact: true }).waitFor();
  await models.chat.apply({
    version: '4',
    env: usual,
    spec: { gates: [], strategy: canary([{ weight: 30, hold: '10s' }]) },
  });
  await page.locator('.timeline [aria-current=step]', { hasText: 'weight 30 %' }).waitFor();
  await page.locator('.split-line', { hasText: 'applied' }).getByText('30 %').waitFor();
  const banners = await watchTexts(page, '.banner');
  const killed = controller.run;
  killed.signal('SIGKILL');
  await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' });
  expect([await killed.exitCode(), (await controller.nextRun()).pod]).toEqual([128 + 9, killed.pod]);
  await page.getByText('Live', { exact: true }).waitFor();
  await stableLabel(page, 'chat 4');
  await untilPhase(page, 'Healthy');
  await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' });
  // Of a page that was loaded anew nothing would be known.
  expect((await banners()).join(' | ')).toMatch(/Not connected: .* What you see is\s+\d+ s\s+old/);
  await page.context().close();
});

it('a lost connection: says so and how old the picture is, and goes on where it was without a reload', async () => {
  const page = await visits.open('vic', { through: `http://127.0.0.1:${proxy.port}` });
  await page.getByText('Live', { exact: true }).waitFor();
  await row(page, 'fraud').getByText('Rolled back').waitFor();
  await page.evaluate(() => void ((globalThis as unknown as { same: boolean }).same = true));
  const resumedAt: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/stream')) resumedAt.push(request.headers()['last-event-id']);
  });
  proxy.passage = 'resets';
  await page.getByText(/Not connected: .* What you see is\s+\d+ s\s+old/).waitFor();
  await models.fraud.apply({ version: '1', env: usual });
  await models.fraud.until('is healthy again', ({ phase }) => phase === 'Healthy');
  expect(await row(page, 'fraud').innerText()).toContain('Rolled back');
  await picture(page, 'dashboard-lost', 420);
  proxy.passage = 'passes';
  await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' });
  await row(page, 'fraud').getByText('Healthy').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(resumedAt.length).toBeGreaterThan(0);
  expect(resumedAt).not.toContain(undefined);
  expect(await page.evaluate(() => (globalThis as unknown as { same?: boolean }).same)).toBe(true);
  await page.context().close();
});

it('a slow connection, of a phone: the page opens, and follows a rollout to its end', async () => {
  const page = await visits.open('vic', { viewport: { width: 390, height: 844 } });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const bytesPerSecond = 50_000;
  await network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 400 },
    ...{ downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond },
  });
  await page.reload();
  await page.getByRole('link', { name: 'default/fraud' }).click();
  await headed(page, 'fraud');
  const steps = await watchSteps(page);
  await models.fraud.apply({
    version: '3',
    env: usual,
    spec: { strategy: canary([{ weight: 25, hold: '2s' }]) },
  });
  await page.locator('.timeline [aria-current=step]', { hasText: 'weight 25 %' }).waitFor();
  await picture(page, 'dashboard-phone');
  await stableLabel(page, 'fraud 3');
  await untilPhase(page, 'Healthy');
  expect((await steps()).join(' | ')).toMatch(/weight 25 %.*bake/);
  await page.context().close();
});

it('nothing of all this made a browser complain', () => expect(visits.complaints).toEqual([]));
