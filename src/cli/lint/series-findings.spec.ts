import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Metric } from '../../api/analysis.ts';
import { type RecordedRollout, recordedRollout } from '../../replay/testing/recorded-rollout.ts';
import { lintObjects } from './lint-objects.ts';
import { seriesFindings } from './series-findings.ts';

let rollout: RecordedRollout;
beforeAll(async () => {
  rollout = await recordedRollout('healthy', {
    interval: '5s',
    metrics: [{ name: 'errors', kind: 'errorRate' }],
  });
});

const found = async (metrics: Metric[], name = 'model') => {
  const object = {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { name, namespace: 'ml' },
    spec: { ...rollout.spec, model: { version: '9' }, analysis: { metrics } },
  };
  const settings = { scrapeIntervalMs: 15_000, traffic: undefined, ignored: new Set<string>() };
  const [linted] = lintObjects(
    [{ file: 'a', apiVersion: object.apiVersion, kind: object.kind, object }],
    settings,
  );
  return await seriesFindings(linted!.subject!, rollout.prometheus, rollout.endMs);
};
const query = (name: string, text: string): Metric => ({
  name,
  kind: 'query',
  query: text,
  pass: 'result > 0.0',
});
const requests =
  'sum(envoy_cluster_upstream_rq_total{envoy_cluster_name="ml_model-{{ candidate.revision }}_80"})';

describe('the series that metrics need', () => {
  it('are there for a version to come, where another one serves', async () => {
    expect(await found([{ name: 'errors', kind: 'errorRate' }, query('requests', requests)])).toEqual([]);
  });

  it('are missing of a model that nobody counts, and of a query that gives nothing', async () => {
    expect(await found([{ name: 'errors', kind: 'errorRate' }], 'other')).toEqual([
      expect.objectContaining({
        code: 'NoSeries',
        severity: 'warning',
        found:
          'no counted request of either revision for errors; no revision of ml/other was counted in the last hour',
      }),
    ]);
    const findings = await found([query('gpu', 'gpu{revision="{{ candidate.revision }}"}')]);
    expect(findings).toMatchObject([
      { code: 'NoValue', found: expect.stringMatching(/^no data for gpu; revision \w{10} was counted/) },
    ]);
  });
});
