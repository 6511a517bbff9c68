import { describe, expect, it } from '@jest/globals';
import type { ModelRollout } from '../../../src/api/model-rollout.ts';
import type { RequestRecord } from '../load/request-record.ts';
import { RequestLedger } from '../scenario/request-ledger.ts';
import type { RolloutFacts } from '../scenario/scenario.ts';
import { findStory } from '../scenario/stories.ts';
import type { Story } from '../scenario/story.ts';
import { summarise, type DemoFacts } from './summary.ts';
import { summaryLines } from './table.ts';

const ended = (name: string, outcome: string, message = 'because') =>
  ({ metadata: { name }, status: { outcome, reason: 'Reason', message } }) as unknown as ModelRollout;

const rollouts = (): RolloutFacts[] => [
  { version: '1', appliedAtMs: 0, revision: 'aaa', endedAtMs: 1_000, weights: [{ atMs: 500, weight: 100 }] },
  {
    version: '2',
    appliedAtMs: 2_000,
    revision: 'bbb',
    endedAtMs: 42_000,
    rollout: ended('digits-1', 'Promoted'),
    weights: [5, 25, 50, 100].map((weight, index) => ({ atMs: 3_000 + index, weight })),
  },
  {
    version: '3',
    appliedAtMs: 50_000,
    revision: 'ccc',
    endedAtMs: 60_000,
    rollout: ended('digits-2', 'RolledBack'),
    weights: [
      { atMs: 52_000, weight: 5 },
      { atMs: 55_000, weight: 0 },
    ],
  },
];

function ledger(extra: Partial<RequestRecord>[] = []): RequestLedger {
  const made = new RequestLedger();
  made.begin('1', 0);
  made.begin('2', 2_000);
  made.begin('3', 50_000);
  const base = { latencyMs: 100, status: 200, error: null, pod: 'p', correct: true, detail: null };
  const records: Partial<RequestRecord>[] = [
    { startedAtMs: 1_500, version: '1' },
    { startedAtMs: 3_000, version: '2' },
    { startedAtMs: 52_400, version: '3', status: 500 },
    { startedAtMs: 52_900, version: '3', status: 500 },
    { startedAtMs: 52_100, version: '2' },
    ...extra,
  ];
  for (const record of records) made.add({ ...base, startedAtMs: 0, version: null, ...record });
  return made;
}

const storyOf = (name: string): Story => {
  const story = findStory(name);
  if (!story) throw new Error(`there is no story ${name}`);
  return story;
};

const facts = (changes: Partial<DemoFacts> = {}, book = ledger()): DemoFacts => ({
  story: storyOf('canary'),
  kubernetesVersion: '1.36.3',
  durationMs: 90_000,
  ratePerSecond: 100,
  notSent: 0,
  rollouts: rollouts(),
  entryOf: (version) => book.entry(version),
  error: undefined,
  ...changes,
});

describe('summarise', () => {
  it('is content when v2 was promoted, v3 taken back, and only v3 failed', () => {
    const summary = summarise(facts());
    expect(summary).toMatchObject({
      ok: true,
      problems: [],
      requests: 5,
      failures: 2,
      failuresNotByModel: 0,
    });
    expect(summary.rollouts[0]).toMatchObject({
      version: '1',
      rollout: null,
      outcome: null,
      durationMs: 1_000,
    });
    expect(summary.rollouts[1]).toMatchObject({
      rollout: 'digits-1',
      outcome: 'Promoted',
      durationMs: 40_000,
      weights: [5, 25, 50, 100],
      requests: [{ version: '2', revision: 'bbb', requests: 1, failures: 0 }],
    });
  });

  it('measures from the first failed answer in hand to the route without weight', () => {
    expect(summarise(facts()).rollouts[2]?.firstFailureToWeightZeroMs).toBe(55_000 - 52_500);
    expect(summarise(facts()).rollouts[1]?.firstFailureToWeightZeroMs).toBeNull();
  });

  it.each<[string, Partial<RequestRecord>, RegExp]>([
    [
      'a gateway error',
      { startedAtMs: 3_000, status: 503, detail: 'no healthy upstream' },
      /^1 requests failed though no model caused it.*503 "no healthy upstream"/,
    ],
    [
      'a broken connection to v3',
      { startedAtMs: 53_000, version: '3', status: 500, error: 'ECONNRESET' },
      /ECONNRESET from version 3 \(p\)/,
    ],
    [
      'an error of v2',
      { startedAtMs: 3_000, version: '2', status: 500 },
      /^version 2: 1 of its answers were errors/,
    ],
  ])('is not content with %s', (_, record, message) => {
    const summary = summarise(facts({}, ledger([record])));
    expect(summary.ok).toBe(false);
    expect(summary.problems).toEqual([expect.stringMatching(message)]);
  });

  it('is not content with other outcomes, and says why they came', () => {
    const [first, second, third] = rollouts() as [RolloutFacts, RolloutFacts, RolloutFacts];
    second.rollout = ended('digits-1', 'RolledBack', 'errors: 9 of 10');
    third.rollout = ended('digits-2', 'Promoted');
    expect(summarise(facts({ rollouts: [first, second, third] })).problems).toEqual([
      'version 2: found outcome RolledBack (Reason: errors: 9 of 10); expected is Promoted',
      'version 3: found outcome Promoted (Reason: because); expected is RolledBack',
    ]);
    // What was never reached is no news of its own.
    expect(summarise(facts({ rollouts: [first, second] })).problems).toHaveLength(1);
  });

  it('does not believe in a rollback whose route kept its weight', () => {
    const all = rollouts();
    (all[2] as RolloutFacts).weights = [{ atMs: 52_000, weight: 5 }];
    expect(summarise(facts({ rollouts: all })).problems).toEqual([
      'version 3: its route was not seen at weight 0 after its first failed answer',
    ]);
  });

  it('names what ended it early, once', () => {
    const summary = summarise(facts({ rollouts: rollouts().slice(0, 1), error: 'the local cluster ended' }));
    expect(summary.problems).toEqual(['the local cluster ended']);
    expect(summary.ok).toBe(false);
  });
});

describe('summaryLines', () => {
  it('is a table with a verdict', () => {
    const text = summaryLines(summarise(facts()), { width: 200, color: false });
    const rows = text.filter((line) => /^ {2}v\d/.test(line)).map((line) => line.trim().split(/ {2,}/));
    expect(rows).toEqual([
      ['v1', 'served', '1.0 s', 'v1 1 (0)', '0', '-'],
      ['v2', 'Promoted', '40.0 s', 'v2 1 (0)', '0', '-'],
      ['v3', 'RolledBack', '10.0 s', 'v2 1 (0), v3 2 (2)', '0', '2.5 s'],
    ]);
    expect(text).toContain('  5 requests, 2 failed, 0 of them not by a model; 90.0 s in all');
    expect(text.at(-1)).toMatch(/^As expected: /);
  });

  it('says where the logs are when something was not as expected, and cuts no explanation', () => {
    const summary = { ...summarise(facts({ error: 'long '.repeat(50), rollouts: [] })), logs: '/tmp/logs' };
    const text = summaryLines(summary, { width: 40, color: false });
    expect(text).toEqual([
      'Not as expected:',
      `  - ${'long '.repeat(50)}`,
      "Logs of the controller, the models and the cluster's parts: /tmp/logs",
    ]);
  });
});
