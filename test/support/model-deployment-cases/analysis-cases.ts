import { type Case, both, set, withMetrics } from './changes.ts';

const metrics = 'spec.analysis.metrics';

/** Metrics and policies. */
/** Each of them stands where only a query may have it. */
const onlyOfQueries = {
  query: 'up',
  pass: 'result > 0.0',
  fail: 'result > 1.0',
  resultType: 'scalar',
  nullable: true,
  count: 2,
  failureLimit: 1,
  consecutiveSuccessLimit: 2,
  window: '1m',
};

export const analysisCases: Case[] = [
  {
    title: 'metrics by kind',
    accept: [
      withMetrics(
        { name: 'errors', kind: 'errorRate', max: 0.02 },
        { name: 'slow', kind: 'latency', objective: { threshold: '500ms', max: 0.05 } },
        {
          name: 'both',
          kind: 'query',
          query: 'up',
          pass: 'result < 1.0',
          fail: 'result > 2.0',
          failureLimit: 3,
        },
        { name: 'fail', kind: 'query', query: 'up', fail: 'result > 2.0' },
      ),
    ],
    refuse: [
      {
        change: withMetrics({ name: 'a', kind: 'latency', objective: { threshold: 'slow', max: 1 } }),
        path: `${metrics}[0].objective.threshold`,
        says: 'threshold must be a duration',
      },
      {
        change: withMetrics({ name: 'a', kind: 'query', query: 'up' }),
        path: `${metrics}[0]`,
        says: 'needs pass or fail',
      },
      { change: withMetrics({ name: 'a', kind: 'errorRate', max: 2 }), path: `${metrics}[0].max` },
      { change: withMetrics({ name: 'a', kind: 'ratio', max: 1 }), path: `${metrics}[0].kind` },
      {
        change: withMetrics({ name: 'A b', kind: 'errorRate', max: 1 }),
        path: `${metrics}[0].name`,
        says: 'name must consist of lower-case letters',
      },
      {
        change: withMetrics({ name: 'a', kind: 'latency', objective: { threshold: '0s', max: 1 } }),
        path: `${metrics}[0].objective.threshold`,
        says: 'threshold must be at least 1ms',
      },
    ],
  },
  {
    title: 'comparisons and their budgets',
    accept: [
      withMetrics({ name: 'a', kind: 'errorRate' }),
      withMetrics({ name: 'a', kind: 'latency' }),
      withMetrics({ name: 'a', kind: 'errorRate', tolerance: 1.5, passMargin: 3 }),
      set('spec.analysis', { falseRollback: 0.05, falsePromotion: 0.1 }),
    ],
    refuse: [
      {
        change: set('spec.analysis', { falseRollback: 0.1 }),
        path: 'spec.analysis.falseRollback',
        says: 'less than or equal to 0.05',
        saysAtEdge: '<=0.05',
      },
      {
        change: withMetrics({ name: 'a', kind: 'errorRate', tolerance: 2.5 }),
        path: `${metrics}[0].passMargin`,
        says: 'passMargin (default: 2) must be greater than tolerance',
      },
      {
        change: withMetrics({
          name: 'a',
          kind: 'latency',
          tolerance: 1.5,
          objective: { threshold: '1s', max: 1 },
        }),
        path: `${metrics}[0].passMargin`,
        says: 'passMargin (default: 1.5) must be greater than tolerance',
      },
      ...['tolerance', 'passMargin'].map((field) => ({
        change: withMetrics({ name: 'a', kind: 'query', query: 'up', pass: 'result > 0.0', [field]: 1.2 }),
        path: `${metrics}[0].${field}`,
        says: `${field} belongs to kind errorRate or latency only`,
      })),
    ],
  },
  {
    title: 'fields of another kind',
    accept: [
      withMetrics({
        name: 'a',
        kind: 'query',
        query: 'up',
        pass: 'result > 0.0',
        fail: 'result > 1.0',
        failureLimit: 1,
      }),
    ],
    refuse: [
      {
        change: withMetrics({ name: 'a', kind: 'query', query: 'up', pass: 'result > 0.0', max: 0.1 }),
        path: `${metrics}[0].max`,
        says: 'max belongs to kind errorRate only',
      },
      ...Object.entries(onlyOfQueries).map(([field, value]) => ({
        change: withMetrics({ name: 'a', kind: 'errorRate', max: 0.1, [field]: value }),
        path: `${metrics}[0].${field}`,
        says: `${field} belongs to kind query only`,
      })),
      {
        change: withMetrics({
          name: 'a',
          kind: 'errorRate',
          max: 0.1,
          objective: { threshold: '1s', max: 1 },
        }),
        path: `${metrics}[0].objective`,
        says: 'objective belongs to kind latency only',
      },
    ],
  },
  {
    title: 'when a metric is asked',
    accept: [
      withMetrics({ name: 'a', kind: 'errorRate', max: 0.1, initialDelay: '5m' }),
      withMetrics({
        name: 'a',
        kind: 'query',
        query: 'up[{{ window }}]',
        pass: 'result > 0.0',
        window: '5m',
      }),
    ],
    refuse: [
      ...['x', '9001h'].map((initialDelay) => ({
        change: withMetrics({ name: 'a', kind: 'errorRate', max: 0.1, initialDelay }),
        path: `${metrics}[0].initialDelay`,
        says: initialDelay === 'x' ? 'initialDelay must be a duration' : 'initialDelay must be at least 0s',
      })),
      ...['x', '0s'].map((window) => ({
        change: withMetrics({ name: 'a', kind: 'query', query: 'up', pass: 'result > 0.0', window }),
        path: `${metrics}[0].window`,
        says: window === 'x' ? 'window must be a duration' : 'window must be at least 1s',
      })),
    ],
  },
  {
    title: 'what a query gives, and how many measurements decide',
    accept: [
      withMetrics({
        name: 'a',
        kind: 'query',
        query: 'up',
        resultType: 'vector',
        nullable: true,
        pass: 'result == null || result.all(s, s.value < 0.9)',
        count: 5,
        failureLimit: 2,
        consecutiveSuccessLimit: 3,
        dryRun: true,
      }),
      withMetrics({ name: 'a', kind: 'errorRate', max: 0.1, dryRun: true }),
    ],
    refuse: [
      ...['pass', 'fail'].map((field) => ({
        change: withMetrics({ name: 'a', kind: 'query', query: 'up', [field]: 'results < 1.0' }),
        path: `${metrics}[0].${field}`,
        says: `${field} must be a condition on result`,
      })),
      ...['count', 'consecutiveSuccessLimit'].map((field) => ({
        change: withMetrics({ name: 'a', kind: 'query', query: 'up', pass: 'result > 0.0', [field]: 0 }),
        path: `${metrics}[0].${field}`,
      })),
      {
        change: withMetrics({
          name: 'a',
          kind: 'query',
          query: 'up',
          pass: 'result > 0.0',
          resultType: 'matrix',
        }),
        path: `${metrics}[0].resultType`,
      },
    ],
  },
  {
    title: 'a query of its own, or that of a template',
    accept: [
      withMetrics({
        name: 'a',
        kind: 'query',
        template: { name: 'queue' },
        pass: 'result < 5.0',
        window: '1m',
      }),
      withMetrics({
        name: 'a',
        kind: 'query',
        template: { kind: 'ClusterMetricTemplate', name: 'queue', args: [{ name: 'team', value: '"a"' }] },
        pass: 'result < 5.0',
      }),
    ],
    refuse: [
      ...[{}, { query: 'up', template: { name: 'queue' } }].map((given) => ({
        change: withMetrics({ name: 'a', kind: 'query', pass: 'result < 5.0', ...given }),
        path: `${metrics}[0]`,
        says: 'needs either query or template',
      })),
      ...[{ resultType: 'vector' }, { nullable: true }].map((given) => ({
        change: withMetrics({
          name: 'a',
          kind: 'query',
          template: { name: 'q' },
          pass: 'result < 5.0',
          ...given,
        }),
        path: `${metrics}[0].template`,
        says: 'stand in the template',
      })),
      {
        change: withMetrics({
          name: 'a',
          kind: 'query',
          template: { kind: 'Secret', name: 'q' },
          pass: 'result < 5.0',
        }),
        path: `${metrics}[0].template.kind`,
      },
      {
        change: withMetrics({ name: 'a', kind: 'errorRate', template: { name: 'q' } }),
        path: `${metrics}[0].template`,
        says: 'template belongs to kind query only',
      },
    ],
  },
  {
    title: 'counting needs a gateway',
    accept: [
      set('spec.analysis', { metrics: [{ name: 'a', kind: 'query', query: 'up', pass: 'result > 0.0' }] }),
      set('spec.analysis', { metrics: [] }),
    ],
    refuse: [
      {
        change: set('spec.analysis', { metrics: [{ name: 'a', kind: 'errorRate', max: 0.1 }] }),
        path: metrics,
        says: 'read the request counters of a gateway and need traffic.gatewayAPI',
      },
      {
        change: both(
          set('spec.analysis', {
            metrics: [{ name: 'a', kind: 'latency', objective: { threshold: '1s', max: 0.1 } }],
          }),
          set('spec.traffic', { service: {} }),
        ),
        path: metrics,
        says: 'with plain Services use the kind query',
      },
    ],
  },
  {
    title: 'the first requests of a pod',
    accept: [set('spec.analysis', { warmUp: '2m' }), set('spec.analysis', { warmUp: '0s' })],
    refuse: ['soon', '8761h'].map((warmUp) => ({
      change: set('spec.analysis', { warmUp }),
      path: 'spec.analysis.warmUp',
      says: warmUp === 'soon' ? 'warmUp must be a duration' : 'warmUp must be at least 0s and at most',
    })),
  },
  {
    title: 'policies and source',
    accept: [
      set('spec.analysis', {
        source: 'team-a',
        onInconclusive: 'promote',
        onNoData: 'rollback',
        noDataFor: '5m',
      }),
    ],
    refuse: [
      { change: set('spec.analysis', { onInconclusive: 'hold' }), path: 'spec.analysis.onInconclusive' },
      { change: set('spec.analysis', { onNoData: 'promote' }), path: 'spec.analysis.onNoData' },
      {
        change: set('spec.analysis', { source: 'http://prometheus:9090' }),
        path: 'spec.analysis.source',
        says: 'source must consist of lower-case letters',
      },
    ],
  },
];
