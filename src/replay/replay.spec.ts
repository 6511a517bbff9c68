import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Analysis } from '../api/analysis.ts';
import { withDefaults } from '../api/defaults.ts';
import { SystemClock } from '../runtime/clock.ts';
import { openHistory } from './open-history.ts';
import { replay, type ReplayedLook, type ReplayOptions } from './replay.ts';
import { ReplayError } from './replay-error.ts';
import { type RecordedRollout, recordedRollout } from './testing/recorded-rollout.ts';

const metrics: Analysis['metrics'] = [
  { name: 'errors', kind: 'errorRate', max: 0.02 },
  { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } },
  { name: 'up', kind: 'query', query: 'count(up)', pass: 'result > 0.0', window: '5s' },
];
const analysis: Analysis = { interval: '5s', metrics };

async function optionsOf(rollout: RecordedRollout): Promise<ReplayOptions> {
  const spec = withDefaults(rollout.spec);
  const { prometheus: source, sinceMs, endMs, candidate } = rollout;
  // A little longer: the controller looks on a grid of its own.
  const span = { fromMs: sinceMs, toMs: endMs + 10_000 };
  const asked = { manifest: candidate };
  const history = await openHistory({ source, namespace: 'ml', name: 'model', spec, asked, span });
  const { arms, presets, scrapeIntervalMs } = history;
  expect(scrapeIntervalMs).toBe(5_000);
  const looks = { intervalMs: 5_000, scrapeIntervalMs: 5_000 };
  return { source, clock: new SystemClock(), plan: spec.analysis, presets, arms, span, ...looks };
}

async function allLooks(options: ReplayOptions): Promise<ReplayedLook[]> {
  const looks: ReplayedLook[] = [];
  for await (const look of replay(options)) looks.push(look);
  return looks;
}

describe('a replay of a rollout that the controller ran', () => {
  let bad: RecordedRollout;
  beforeAll(async () => {
    bad = await recordedRollout('errors:5%', analysis, 20);
  });

  it('finds both revisions, and who counted their requests', async () => {
    const { arms, presets } = await optionsOf(bad);
    expect(arms).toMatchObject({
      candidate: { revision: bad.candidate, service: `model-${bad.candidate}` },
      stable: { revision: bad.stable, service: `model-${bad.stable}` },
    });
    expect(presets.map(({ name }) => name)).toEqual(['contour-envoy']);
  });

  it('fails it on the same counts, in the same words', async () => {
    const looks = await allLooks(await optionsOf(bad));
    expect(looks.length).toBeGreaterThan(2);
    const last = looks.at(-1)!;
    const { decisions = [] } = bad.record.status ?? {};
    const { message } = decisions.find(({ action }) => action === 'RolledBack')!;
    expect(last.judgement.verdict).toBe('Fail');
    expect(message).toBe(`analysis failed: ${last.judgement.message}`);
    expect(Math.abs(last.atMs - bad.endMs)).toBeLessThanOrEqual(5_000);
    expect(last.odds.lnHarm).toBeGreaterThan(last.odds.lnHarmNeeded);
  });

  it('passes a healthy one when the controller did, and sees no harm after that', async () => {
    const good = await recordedRollout('healthy', analysis);
    const looks = await allLooks(await optionsOf(good));
    const passed = looks.find(({ judgement }) => judgement.verdict === 'Pass')!;
    expect(Math.abs(passed.atMs - good.endMs)).toBeLessThanOrEqual(5_000);
    expect(looks.at(-1)!.judgement.verdict).not.toBe('Fail');
    const requests = looks.map(({ odds }) => odds.metrics[0]?.candidate.requests ?? 0);
    expect(requests).toEqual([...requests].sort((one, other) => one - other));
  });

  it('says that a question is wrong as a finding, and that the source is silent as an error', async () => {
    const options = await optionsOf(bad);
    const broken = { name: 'broken', kind: 'query', query: 'sum(', failureLimit: 0 } as const;
    const looks = await allLooks({ ...options, plan: { ...options.plan, metrics: [broken] } });
    expect(looks.map(({ judgement }) => judgement.reason)).toContain('QueryFailed');
    bad.prometheus.misbehave({ kind: 'unreachable' });
    await expect(allLooks(options)).rejects.toThrow(ReplayError);
    bad.prometheus.misbehave(undefined);
  });
});
