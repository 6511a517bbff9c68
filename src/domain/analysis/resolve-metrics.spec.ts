import { describe, expect, it } from '@jest/globals';
import { withDefaults } from '../../api/defaults.ts';
import type { Metric } from '../../api/analysis.ts';
import type { MetricTemplateSpec, TemplateReference } from '../../api/metric-template.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { resolveMetrics, type Templates } from './resolve-metrics.ts';

const queue: MetricTemplateSpec = {
  args: [{ name: 'team' }, { name: 'container', default: 'model' }],
  query:
    'max(waiting{team="{{ args.team }}", container="{{ args.container }}", r="{{ candidate.revision }}"}[{{ window }}])',
  window: '2m',
};

function templates(stored: Record<string, MetricTemplateSpec>): Templates {
  return {
    find: ({ kind = 'MetricTemplate', name }) => {
      const spec = stored[`${kind} ${name}`];
      return spec && { generation: 7, spec };
    },
    names: (kind = 'MetricTemplate') =>
      Object.keys(stored).flatMap((key) => (key.startsWith(`${kind} `) ? [key.split(' ')[1]!] : [])),
  };
}

const metric = (template: TemplateReference, more: object = {}): Metric => ({
  name: 'queue',
  kind: 'query',
  template,
  pass: 'result < 5.0',
  ...more,
});
const specOf = (...metrics: Metric[]): ModelDeploymentSpec => ({
  serving: { workload: { template: { spec: { containers: [{ name: 'model', image: 'model:1' }] } } } },
  analysis: { metrics },
});
const stored = templates({
  'MetricTemplate queue': queue,
  'ClusterMetricTemplate queue': { query: 'sum(waiting)' },
});
const team = { name: 'team', value: 'search' };

describe('resolveMetrics', () => {
  it('puts the query into the plan, with what the record should tell of it', () => {
    const { spec, problems } = resolveMetrics(
      specOf(metric({ name: 'queue', args: [team] }, { failureLimit: 2 })),
      stored,
    );
    expect(problems).toEqual([]);
    expect(withDefaults(spec).analysis.metrics).toEqual([
      {
        name: 'queue',
        kind: 'query',
        query: 'max(waiting{team="search", container="model", r="{{ candidate.revision }}"}[{{ window }}])',
        template: { kind: 'MetricTemplate', name: 'queue', generation: 7 },
        pass: 'result < 5.0',
        windowMs: 120_000,
        failureLimit: 2,
      },
    ]);
  });

  it('tells both kinds apart, and lets a metric have a window of its own', () => {
    const ofCluster = metric({ kind: 'ClusterMetricTemplate', name: 'queue' });
    expect(resolveMetrics(specOf(ofCluster), stored).spec.analysis!.metrics![0]).toMatchObject({
      query: 'sum(waiting)',
    });
    const ownWindow = metric({ name: 'queue', args: [team] }, { window: '10m' });
    expect(resolveMetrics(specOf(ownWindow), stored).spec.analysis!.metrics![0]).toMatchObject({
      window: '10m',
    });
  });

  it.each<[string, TemplateReference, string, RegExp]>([
    [
      'a template that is missing',
      { name: 'kueue', args: [team] },
      'TemplateNotFound',
      /^spec\.analysis\.metrics\[0\]\.template: found MetricTemplate "kueue", which does not exist; accepted: queue$/,
    ],
    [
      'an argument that is missing',
      { name: 'queue' },
      'InvalidTemplate',
      /^spec\.analysis\.metrics\[0\]\.template\.args: found no "team", which MetricTemplate "queue" requires/,
    ],
    [
      'an argument that is unknown',
      { name: 'queue', args: [team, { name: 'pod', value: 'a' }] },
      'InvalidTemplate',
      /template\.args: found "pod"; accepted: team, container$/,
    ],
    [
      'an argument of a template without any',
      { kind: 'ClusterMetricTemplate', name: 'queue', args: [team] },
      'InvalidTemplate',
      /template\.args: found "team"; accepted: none, for ClusterMetricTemplate "queue" declares none$/,
    ],
  ])('says of %s which field, what was found and what is accepted', (_, reference, reason, message) => {
    const { spec, problems } = resolveMetrics(specOf(metric(reference)), stored);
    expect(problems).toEqual([{ reason, message: expect.stringMatching(message) }]);
    expect(withDefaults(spec).analysis.metrics).toEqual([]);
  });

  it.each<[string, MetricTemplateSpec, object, RegExp]>([
    [
      'names no argument that is declared',
      { query: '{{ args.team }}' },
      {},
      /template: the query names {{ args.team }}, which is not declared; declared: none/,
    ],
    [
      'names a variable that does not exist',
      { query: '{{ nobody }}' },
      {},
      /template: the query names {{ nobody }}/,
    ],
    [
      'gives what the condition does not expect',
      { query: 'up', resultType: 'vector' },
      {},
      /metrics\[0\]\.pass: .*result is a list of series/,
    ],
    [
      'is too long with its arguments',
      { query: 'x{a="{{ args.a }}"}'.repeat(200), args: [{ name: 'a', default: 'a'.repeat(500) }] },
      {},
      /accepted: at most 4096/,
    ],
  ])('says of a template that %s', (_, spec, more, message) => {
    const { problems } = resolveMetrics(
      specOf(metric({ name: 't' }, more)),
      templates({ 'MetricTemplate t': spec }),
    );
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  });

  it('carries the words of a stored template that breaks the rules', () => {
    const broken: Templates = {
      find: () => ({ invalid: 'invalid MetricTemplate: spec.query' }),
      names: () => [],
    };
    expect(resolveMetrics(specOf(metric({ name: 't' })), broken).problems).toEqual([
      {
        reason: 'InvalidTemplate',
        message: 'spec.analysis.metrics[0].template: invalid MetricTemplate: spec.query',
      },
    ]);
  });

  it('finds every metric of a strategy, and leaves the rest of the spec alone', () => {
    const own: Metric = { name: 'own', kind: 'query', query: 'up', pass: 'result <' };
    const canary = {
      metrics: [metric({ name: 'queue', args: [team] })],
      steps: [{ weight: 5 }, { weight: 50, metrics: [{ ...own, name: 'step' }] }],
      bake: { duration: '1m', metrics: [{ ...own, name: 'bake', query: '{{ nobody }}' }] },
    };
    const given = { ...specOf(), strategy: { canary } };
    const { spec, problems } = resolveMetrics(given, stored);
    expect(problems.map(({ message }) => message.split(':')[0])).toEqual([
      'spec.strategy.canary.steps[1].metrics[0].pass',
      'spec.strategy.canary.bake.metrics[0].query',
      'spec.strategy.canary.bake.metrics[0].pass',
    ]);
    expect(spec.serving).toBe(given.serving);
    expect(spec.strategy?.canary?.steps?.[0]).toEqual({ weight: 5 });
    expect(spec.strategy?.canary?.metrics?.[0]).toMatchObject({ query: expect.stringContaining('search') });
  });
});
