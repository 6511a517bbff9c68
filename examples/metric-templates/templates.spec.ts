import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { withDefaults } from '../../src/api/defaults.ts';
import { parseMetricTemplate, parseModelDeployment } from '../../src/api/validation/parse-object.ts';
import { renderQuery } from '../../src/domain/analysis/query-template.ts';
import { resolveMetrics } from '../../src/domain/analysis/resolve-metrics.ts';

const read = (file: string) => parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
const stored = [read('queue-length.yaml'), read('memory.yaml')];

describe('the templates to start from', () => {
  const { spec } = parseModelDeployment(read('model.yaml'));
  const { spec: resolved, problems } = resolveMetrics(spec, {
    find: ({ kind = 'MetricTemplate', name }) => {
      const object = stored.find((one) => one.kind === kind && one.metadata.name === name);
      return object && { generation: 1, spec: parseMetricTemplate(object) };
    },
    names: () => [],
  });

  it('are all used, by a model that may begin a rollout', () => {
    expect(problems).toEqual([]);
    const used = withDefaults(resolved).analysis.metrics.map(
      (metric) => 'template' in metric && metric.template?.name,
    );
    expect(used.sort()).toEqual(stored.map(({ metadata }) => metadata.name).sort());
  });

  it('give queries that Prometheus can read', () => {
    const arm = { revision: 'k2t7hx9c4p', service: 's', port: 80 };
    const arms = { namespace: 'ml', name: 'sentiment', candidate: arm, stable: arm };
    for (const metric of withDefaults(resolved).analysis.metrics) {
      if (metric.kind !== 'query') continue;
      const faults: string[] = [];
      const query = renderQuery(metric.query, { ...arms, windowMs: metric.windowMs });
      parser
        .parse(query)
        .iterate({ enter: ({ type, from }) => void (type.isError && faults.push(query.slice(from))) });
      expect(faults).toEqual([]);
      expect(query).toContain('sentiment-k2t7hx9c4p-.+');
    }
  });
});
