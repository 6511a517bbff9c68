import { describe, expect, it } from '@jest/globals';
import type { MetricReport } from '../../../src/api/model-rollout-status.ts';
import type { ModelRollout } from '../../../src/api/model-rollout.ts';
import { RequestLedger } from '../scenario/request-ledger.ts';
import type { RolloutFacts } from '../scenario/scenario.ts';
import { findStory } from '../scenario/stories.ts';
import { summarise, type DemoSummary } from './summary.ts';
import { summaryLines } from './table.ts';

interface Played {
  weights?: number[];
  report?: MetricReport[];
  outcome?: string;
  preview?: Partial<NonNullable<RolloutFacts['preview']>>;
}

const metric = (verdict: MetricReport['verdict'], bad: number, stableRequests = 90): MetricReport => ({
  metric: 'errors',
  verdict,
  message: 'errors: in words',
  candidate: { value: bad, requests: 100 },
  stable: { value: 0, requests: stableRequests },
});

/** Facts of one act: applied at the given second, its first share two seconds later. */
function played(version: string, atSecond: number, outcome: string, parts: Played): RolloutFacts {
  const { weights = [], report, preview } = parts;
  const appliedAtMs = atSecond * 1_000;
  const status = { outcome: parts.outcome ?? outcome, reason: 'Reason', message: 'because', report };
  return {
    version,
    appliedAtMs,
    endedAtMs: appliedAtMs + 5_000,
    revision: `revision${version}`,
    rollout: { metadata: { name: `digits-${version}` }, status } as unknown as ModelRollout,
    weights: weights.map((weight, index) => ({ weight, atMs: appliedAtMs + 2_000 + 1_000 * index })),
    ...(preview && {
      preview: {
        requests: 10,
        failures: 0,
        correct: 10,
        versions: [version],
        endedAtMs: appliedAtMs + 1_000,
        ...preview,
      },
    }),
  };
}

/** A whole story; what clients got is by version and second, `3!` for an error of version 3. */
function tell(story: string, second: Played, third: Played, clients: [string, number][]): DemoSummary {
  const ledger = new RequestLedger();
  ledger.begin('1', 0);
  ledger.begin('2', 10_000);
  ledger.begin('3', 20_000);
  for (const [answer, atSecond] of clients) {
    const status = answer.endsWith('!') ? 500 : 200;
    const request = { latencyMs: 10, error: null, pod: null, correct: true, detail: null };
    ledger.add({
      ...request,
      startedAtMs: atSecond * 1_000,
      status,
      version: answer.replace('!', ''),
    });
  }
  const found = findStory(story);
  if (!found) throw new Error(`there is no story ${story}`);
  return summarise({
    story: found,
    kubernetesVersion: undefined,
    durationMs: 30_000,
    ratePerSecond: 100,
    notSent: 0,
    rollouts: [
      { version: '1', appliedAtMs: 0, endedAtMs: 1_000, weights: [] },
      played('2', 10, 'Promoted', second),
      played('3', 20, 'RolledBack', third),
    ],
    entryOf: (version) => ledger.entry(version),
    error: undefined,
  });
}

describe('a blue-green', () => {
  const good: Played = { weights: [100], preview: {} };
  const bad: Played = { weights: [100, 0], preview: {} };
  const clients: [string, number][] = [
    ['1', 5],
    ['2', 13],
    ['3!', 22.5],
  ];
  const told = (second: Partial<Played> = {}, third: Partial<Played> = {}) =>
    tell('blue-green', { ...good, ...second }, { ...bad, ...third }, clients).problems;

  it('is as it must be with one switch there and one back, and testers before users', () => {
    const summary = tell('blue-green', good, bad, clients);
    expect(summary).toMatchObject({ ok: true, story: 'blue-green', problems: [] });
    const text = summaryLines(summary, { width: 200, color: false });
    expect(text).toContain("  v3 at its preview, before users got it: a tester's 10 requests, 0 failed");
    expect(text.at(-1)).toMatch(/^As expected: version 2 passed its tests/);
  });

  it.each<[string, Partial<Played>, Partial<Played>, string]>([
    [
      'more than one switch',
      { weights: [50, 100] },
      {},
      'version 2: its shares of the traffic were 50 %, 100 %; expected are 100 %',
    ],
    [
      'a version that stayed',
      {},
      { weights: [100, 50, 0] },
      'version 3: its shares of the traffic were 100 %, 50 %, 0 %; expected are 100 %, 0 %',
    ],
    [
      'a failure at the preview',
      { preview: { failures: 2 } },
      {},
      'version 2: 2 of 10 requests to its preview failed; expected is none',
    ],
    [
      'the stable behind the preview',
      { preview: { versions: ['1', '2'] } },
      {},
      'version 2: its preview was answered by version 1 too',
    ],
    [
      'users before testers',
      { preview: { endedAtMs: 12_001 } },
      {},
      'version 2: users got it before the tests at its preview were over',
    ],
  ])('is not with %s', (_, second, third, problem) => {
    expect(told(second, third)).toEqual([problem]);
  });
});

describe('a shadow', () => {
  const good: Played = { weights: [100], report: [metric('Pass', 0)] };
  // So soon that nothing was known of the latency.
  const unknown: MetricReport = {
    metric: 'latency',
    verdict: 'Inconclusive',
    message: 'latency: in words',
    candidate: { requests: 0 },
    stable: { value: 0, requests: 90 },
  };
  const bad: Played = { weights: [], report: [metric('Fail', 0.2), unknown] };
  const clients: [string, number][] = [
    ['1', 5],
    ['2', 13],
    ['2', 22],
  ];

  it('is as it must be with a report on both, and no client that met version 3', () => {
    const summary = tell('shadow', good, bad, clients);
    expect(summary).toMatchObject({ ok: true, problems: [], failures: 0 });
    const text = summaryLines(summary, { width: 200, color: false }).map((line) => line.trim());
    const from = text.indexOf('v3 on copies of the requests, whose answers no client saw');
    expect(text.slice(from + 1, from + 4).map((line) => line.split(/ {2,}/))).toEqual([
      ['metric', 'verdict', 'bad of its copies', 'bad of the requests at the stable'],
      ['errors', 'Fail', '20 % of 100', '0 % of 90'],
      ['latency', 'Inconclusive', 'none counted yet', '0 % of 90'],
    ]);
  });

  it.each<[string, Partial<Played>, Partial<Played>, string]>([
    ['no report', { report: [] }, {}, 'version 2: its ModelRollout has no report on the copies'],
    [
      'a report that counted nothing of the stable',
      { report: [metric('Pass', 0, 0)] },
      {},
      'version 2: its report counted nothing of one revision for errors',
    ],
    [
      'a report that found nothing',
      {},
      { report: [metric('Pass', 0)] },
      'version 3: its report says Pass; expected is Fail',
    ],
    [
      'a share for version 3',
      {},
      { weights: [5, 0] },
      'version 3: its shares of the traffic were 5 %, 0 %; expected are none',
    ],
  ])('is not with %s', (_, second, third, problem) => {
    const { ok, problems } = tell('shadow', { ...good, ...second }, { ...bad, ...third }, clients);
    expect({ ok, problems }).toEqual({ ok: false, problems: [problem] });
  });

  it('is not when one client met version 3, or none met version 2', () => {
    expect(tell('shadow', good, bad, [...clients, ['3', 22]]).problems).toEqual([
      'version 3: clients got 1 of its answers; expected is none',
    ]);
    expect(tell('shadow', good, bad, [['1', 5]]).problems).toEqual([
      'version 2: no client got an answer of it',
    ]);
  });
});
