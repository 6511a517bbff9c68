import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { LoopbackPrometheus } from '../../metrics-source/testing/loopback-prometheus.ts';
import { type RecordedRollout, recordedRollout } from '../../replay/testing/recorded-rollout.ts';
import { runCaptured } from '../testing/run-captured.ts';
import { servedHistory } from '../testing/served-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-analyze-'));
const file = join(folder, 'model.yaml');
let rollout: RecordedRollout;
let server: LoopbackPrometheus;
const time = (ms: number) => new Date(ms).toISOString();
const metrics = [{ name: 'errors', kind: 'errorRate' as const, max: 0.02 }];

beforeAll(async () => {
  rollout = await recordedRollout('errors:5%', { metrics }, 20);
  server = await servedHistory(rollout.prometheus);
  const { spec } = rollout;
  writeFileSync(
    file,
    stringify({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'ModelDeployment',
      metadata: { name: 'model', namespace: 'ml' },
      spec,
    }),
  );
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const analyze = (...more: string[]) =>
  runCaptured([
    ...['analyze', '--prometheus', server.url, '-f', file],
    ...['--from', time(rollout.sinceMs), '--to', time(rollout.endMs + 10_000)],
    ...more,
  ]);

describe('understudy analyze', () => {
  it('says who is compared, how the odds rose, and when it would have failed', async () => {
    const { code, output, complaints } = await analyze();
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toContain(
      `ml/model: candidate ${rollout.candidate} (it is the manifest's revision) beside ${rollout.stable}`,
    );
    expect(output).toMatch(/a look every 5s, a scrape every 5s/);
    expect(output).toMatch(/Counters +contour-envoy: envoy_cluster_upstream_rq/);
    expect(output).toMatch(/Evidence +errors: harm \d.* of 100 : 1, health .* of 20 : 1/);
    expect(output).toMatch(
      /\nFail after \d+s, and the traffic would have gone back: errors: \d+ of \d+ requests failed/,
    );
  });

  it('tells every look as JSON', async () => {
    const { output } = await analyze('--json');
    const { looks, ...report } = JSON.parse(output);
    expect(report).toMatchObject({
      ...{ namespace: 'ml', name: 'model', verdict: 'Fail', scrapeIntervalMs: 5_000 },
      candidate: { revision: rollout.candidate },
      decidedAt: looks.at(-1).at,
      message: looks.at(-1).message,
    });
    const { evidence } = looks.at(-1);
    expect(evidence.harmOdds).toBeGreaterThanOrEqual(evidence.harmOddsNeeded);
    expect(evidence.metrics[0]).toMatchObject({
      name: 'errors',
      candidate: { requests: expect.any(Number) },
    });
  });

  it('asks the queries of templates that stand in the same file', async () => {
    const asked = {
      name: 'targets',
      kind: 'query',
      template: { name: 'up', args: [{ name: 'job', value: 'gateway' }] },
    };
    const template = {
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'MetricTemplate',
      metadata: { name: 'up', namespace: 'ml' },
      spec: { args: [{ name: 'job' }], query: 'count(up{job="{{ args.job }}"})', window: '5s' },
    };
    const spec = { ...rollout.spec, analysis: { metrics: [{ ...asked, pass: 'result > 0.0' }] } };
    const other = join(folder, 'templated.yaml');
    const model = {
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'ModelDeployment',
      metadata: { name: 'model' },
      spec,
    };
    writeFileSync(other, [stringify(model), stringify(template)].join('---\n'));
    const { code, output, complaints } = await analyze('-f', other, '-n', 'ml', '--interval', '5s');
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toMatch(/\nPass after .*: targets/);

    writeFileSync(other, stringify(model));
    const refused = await analyze('-f', other);
    expect(refused.code).toBe(3);
    expect(refused.complaints).toMatch(
      /metrics\[0\]\.template: found MetricTemplate "up", which does not exist/,
    );
  });

  it('ends with 2 when nothing was decided', async () => {
    const { code, output } = await analyze('--to', time(rollout.sinceMs + 5_000));
    expect(code).toBe(2);
    expect(output).toMatch(
      /\nInconclusive until .*, so that maxHold and onInconclusive would decide: errors: /,
    );
  });

  it.each<[string, string[], RegExp]>([
    [
      'an unknown revision',
      ['--candidate', 'bbbbbbbbbb'],
      /--candidate bbbbbbbbbb: no request.*Revisions of ml\/model that were seen/s,
    ],
    [
      'a time without requests',
      ['--from', '2025-01-01T00:00:00Z', '--to', '2025-01-01T01:00:00Z'],
      /has no counted request of any Service of namespace ml/,
    ],
    [
      'a Prometheus that is not there',
      ['--prometheus', 'http://127.0.0.1:1'],
      /127.0.0.1:1 cannot be reached.*\nIs --prometheus .*port-forward/s,
    ],
    ['no address', ['--prometheus', 'prometheus:9090'], /--prometheus: accepted: an http or https address/],
    [
      'a time without its zone',
      ['--from', '2026-01-01T00:00'],
      /--from: "2026-01-01T00:00" is no time; accepted: one with its zone/,
    ],
    ['an end before the beginning', ['--to', '2020-01-01T00:00:00Z'], /--to: it must be later than --from/],
    [
      'an unknown preset',
      ['--preset', 'abacus'],
      /there is no preset "abacus"; accepted: auto, contour-envoy/,
    ],
    ['a year', ['--from', '8000h', '--to', '0s'], /are 8000h apart; accepted: up to 720h/],
    [
      'too many looks',
      ['--from', '24h', '--to', '0s', '--interval', '1s'],
      /are 86400 looks; accepted: 20000/,
    ],
  ])('refuses %s, and says what to do', async (_, more, words) => {
    const { code, complaints } = await analyze(...more);
    expect(complaints).toMatch(words);
    expect(code).toBe(3);
  });
});
