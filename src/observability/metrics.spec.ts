import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ReflectorStatus } from '../runtime/reflector/reflector-options.ts';
import type { ReconcileReport } from '../runtime/worker-pool.ts';
import type { WorkQueueFigures } from '../runtime/work-queue.ts';
import { MetricsService } from './metrics.ts';
import { countedLabels, labelBounds } from './label-bounds.ts';
import { figuresOf } from './model-deployment-figures.ts';

let metrics: MetricsService;
const nowMs = 1_000_000;

beforeEach(() => {
  metrics = new MetricsService({ version: '1.2.3', nowMs: () => nowMs });
});

/** The lines of a metric, without its comments. */
async function series(name: string): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

const queueFigures: WorkQueueFigures = {
  depth: 0,
  delayed: 0,
  processing: 0,
  failing: 0,
  adds: 0,
  retries: 0,
  oldestWaitingMs: 2500,
  unfinishedWorkMs: 3000,
  longestRunningMs: 2000,
};

describe('controllers', () => {
  const report = (given: Partial<ReconcileReport>): ReconcileReport => ({
    outcome: 'success',
    durationMs: 20,
    terminal: false,
    panic: false,
    timedOut: false,
    ...given,
  });

  it('start at zero for every result', async () => {
    metrics.controllers.observe('modeldeployment');
    expect(await series('understudy_reconcile_total')).toEqual([
      'understudy_reconcile_total{controller="modeldeployment",result="success"} 0',
      'understudy_reconcile_total{controller="modeldeployment",result="requeue_after"} 0',
      'understudy_reconcile_total{controller="modeldeployment",result="requeue"} 0',
      'understudy_reconcile_total{controller="modeldeployment",result="error"} 0',
    ]);
    for (const name of [
      'reconcile_errors_total',
      'terminal_reconcile_errors_total',
      'reconcile_panics_total',
      'reconcile_timeouts_total',
      'active_workers',
    ]) {
      expect(await series(`understudy_${name}`)).toEqual([
        `understudy_${name}{controller="modeldeployment"} 0`,
      ]);
    }
    for (const name of ['workqueue_depth', 'workqueue_adds_total', 'workqueue_retries_total']) {
      expect(await series(`understudy_${name}`)).toEqual([`understudy_${name}{name="modeldeployment"} 0`]);
    }
  });

  it('count passes by result, and failures by their sort', async () => {
    const { pool } = metrics.controllers.observe('md');
    pool.reconciled?.(report({}));
    pool.reconciled?.(report({ outcome: 'error', terminal: true }));
    pool.reconciled?.(report({ outcome: 'error', panic: true, timedOut: true }));
    pool.active?.(3);
    const text = await metrics.text();
    expect(text).toContain('understudy_reconcile_total{controller="md",result="success"} 1');
    expect(text).toContain('understudy_reconcile_total{controller="md",result="error"} 2');
    expect(text).toContain('understudy_reconcile_errors_total{controller="md"} 2');
    expect(text).toContain('understudy_terminal_reconcile_errors_total{controller="md"} 1');
    expect(text).toContain('understudy_reconcile_panics_total{controller="md"} 1');
    expect(text).toContain('understudy_reconcile_timeouts_total{controller="md"} 1');
    expect(text).toContain('understudy_active_workers{controller="md"} 3');
    expect(text).toContain('understudy_reconcile_duration_seconds_count{controller="md"} 3');
    expect(text).toContain('understudy_reconcile_duration_seconds_sum{controller="md"} 0.06');
  });

  it('tell of the queue in seconds', async () => {
    const { queue } = metrics.controllers.observe('md');
    queue.added?.();
    queue.depth?.(4);
    queue.latency?.(250);
    queue.workDuration?.(500);
    queue.retried?.();
    metrics.controllers.watch('md', { queue: () => queueFigures, workers: 4 });
    const text = await metrics.text();
    expect(text).toContain('understudy_workqueue_adds_total{name="md"} 1');
    expect(text).toContain('understudy_workqueue_depth{name="md"} 4');
    expect(text).toContain('understudy_workqueue_retries_total{name="md"} 1');
    expect(text).toContain('understudy_workqueue_queue_duration_seconds_sum{name="md"} 0.25');
    expect(text).toContain('understudy_workqueue_work_duration_seconds_sum{name="md"} 0.5');
    expect(text).toContain('understudy_workqueue_unfinished_work_seconds{name="md"} 3');
    expect(text).toContain('understudy_workqueue_longest_running_processor_seconds{name="md"} 2');
    expect(text).toContain('understudy_workqueue_oldest_waiting_seconds{name="md"} 2.5');
    expect(text).toContain('understudy_max_concurrent_reconciles{controller="md"} 4');
  });
});

describe('requests', () => {
  it('to the API server, by verb, kind and code', async () => {
    metrics.requests.api({ verb: 'apply', kind: 'Service', code: '409', durationMs: 30 });
    expect(await series('understudy_api_requests_total')).toEqual([
      'understudy_api_requests_total{verb="apply",kind="Service",code="409"} 1',
    ]);
    expect(await series('understudy_api_request_duration_seconds_sum')).toEqual([
      'understudy_api_request_duration_seconds_sum{verb="apply",kind="Service"} 0.03',
    ]);
  });

  it('to metrics sources, by result, from zero', async () => {
    metrics.requests.startSource('default');
    metrics.requests.sources.queried({ source: 'default', result: 'unreachable', durationMs: 100 });
    expect(await series('understudy_metrics_source_requests_total')).toEqual([
      'understudy_metrics_source_requests_total{source="default",result="success"} 0',
      'understudy_metrics_source_requests_total{source="default",result="unreachable"} 1',
    ]);
  });

  it('and the state of circuits', async () => {
    metrics.requests.watchCircuits(() => [{ target: 'default', state: 'open' }]);
    expect(await series('understudy_circuit_state')).toEqual([
      'understudy_circuit_state{target="default",state="closed"} 0',
      'understudy_circuit_state{target="default",state="half-open"} 0',
      'understudy_circuit_state{target="default",state="open"} 1',
    ]);
  });
});

describe('machinery', () => {
  const reflector = (given: Partial<ReflectorStatus>): ReflectorStatus => ({
    kind: 'Pod',
    state: 'Watching',
    hasSynced: true,
    absent: false,
    objects: 12,
    lastEventAtMs: nowMs - 1500,
    failure: undefined,
    lists: 1,
    watches: 2,
    events: 3,
    ...given,
  });

  it('tells state and age of each reflector', async () => {
    let all = [
      reflector({}),
      reflector({ kind: 'Service', state: 'Empty', hasSynced: false, lastEventAtMs: undefined }),
    ];
    metrics.machinery.watch({ reflectors: () => all });
    expect(await series('understudy_reflector_state')).toEqual(
      expect.arrayContaining([
        'understudy_reflector_state{kind="Pod",state="Watching"} 1',
        'understudy_reflector_state{kind="Pod",state="Empty"} 0',
        'understudy_reflector_state{kind="Service",state="Empty"} 1',
      ]),
    );
    expect(await series('understudy_reflector_last_event_age_seconds')).toEqual([
      'understudy_reflector_last_event_age_seconds{kind="Pod"} 1.5',
    ]);
    expect(await series('understudy_reflector_synced')).toContain(
      'understudy_reflector_synced{kind="Service"} 0',
    );
    expect(await series('understudy_reflector_events_total')).toContain(
      'understudy_reflector_events_total{kind="Pod"} 3',
    );
    // Read anew at each scrape: a counter is not added to itself.
    all = [reflector({ events: 5 })];
    expect(await series('understudy_reflector_events_total')).toEqual([
      'understudy_reflector_events_total{kind="Pod"} 5',
    ]);
  });

  it('tells who leads', async () => {
    expect(await series('understudy_leader')).toEqual(['understudy_leader 0']);
    metrics.machinery.watch({ leader: () => ({ leading: true, shards: 12, renewedAgoMs: 500 }) });
    expect(await series('understudy_leader')).toEqual(['understudy_leader 1']);
    expect(await series('understudy_shards_held')).toEqual(['understudy_shards_held 12']);
    expect(await series('understudy_leader_renewed_age_seconds')).toEqual([
      'understudy_leader_renewed_age_seconds 0.5',
    ]);
  });

  it('counts events and what became of them', async () => {
    const dropped = { bufferFull: 1, rateLimited: 2, failed: 0, stopped: 0 };
    metrics.machinery.watch({ events: () => ({ recorded: 9, written: 6, dropped, buffered: 0 }) });
    expect(await series('understudy_events_written_total')).toEqual(['understudy_events_written_total 6']);
    expect(await series('understudy_events_dropped_total')).toContain(
      'understudy_events_dropped_total{cause="rateLimited"} 2',
    );
  });

  it('tells of the process and the build', async () => {
    const [memory] = await series('process_resident_memory_bytes');
    expect(Number(memory?.split(' ')[1])).toBeGreaterThan(1e7);
    expect(await series('understudy_build_info')).toEqual([
      `understudy_build_info{version="1.2.3",node="${process.version}"} 1`,
    ]);
  });
});

describe('model deployments', () => {
  const status = {
    phase: 'Progressing' as const,
    rollout: { name: 'a-1', step: 2, steps: 4 },
    traffic: { desired: 25, applied: 5, observed: 5.5 },
    analysis: [{ metric: 'errors', verdict: 'Pass' as const }],
  };

  it('tell phase, step, weights and verdicts', async () => {
    metrics.modelDeployments.set('ml', 'a', figuresOf({ status }));
    const phases = await series('understudy_model_deployment_phase');
    expect(phases).toHaveLength(7);
    expect(phases.filter((line) => line.endsWith(' 1'))).toEqual([
      'understudy_model_deployment_phase{namespace="ml",name="a",phase="Progressing"} 1',
    ]);
    const of = '{namespace="ml",name="a"}';
    const text = await metrics.text();
    expect(text).toContain(`understudy_model_deployment_step${of} 2`);
    const shares = async (reading: string) =>
      (await series(`understudy_model_deployment_${reading}_weight_ratio`)).map((line) =>
        line.slice(line.indexOf('arm')),
      );
    expect(await shares('desired')).toEqual(['arm="candidate"} 0.25', 'arm="stable"} 0.75']);
    expect(await shares('applied')).toEqual(['arm="candidate"} 0.05', 'arm="stable"} 0.95']);
    expect(await shares('observed')).toEqual(['arm="candidate"} 0.055', 'arm="stable"} 0.945']);
    expect(
      (await series('understudy_model_deployment_verdict')).filter((line) => line.endsWith(' 1')),
    ).toEqual([
      'understudy_model_deployment_verdict{namespace="ml",name="a",metric="errors",verdict="Pass"} 1',
    ]);
  });

  it('what a status no longer says vanishes', async () => {
    metrics.modelDeployments.set('ml', 'a', figuresOf({ status }));
    metrics.modelDeployments.set('ml', 'a', figuresOf({ status: { phase: 'Healthy' } }));
    const text = await metrics.text();
    expect(text).toContain('phase="Healthy"} 1');
    expect(text).not.toMatch(/understudy_model_deployment_(step|verdict|\w+_ratio)\{/);
  });

  it('a deleted one leaves no series behind, and the others stay', async () => {
    metrics.modelDeployments.set('ml', 'a', figuresOf({ status }));
    metrics.modelDeployments.set('ml', 'b', figuresOf({ status }));
    expect(await metrics.text()).toContain('name="a"');
    metrics.modelDeployments.forget('ml', 'a');
    metrics.modelDeployments.forget('ml', 'unknown');
    const text = await metrics.text();
    expect(text).not.toContain('name="a"');
    expect(text).toContain('name="b"');
  });

  it('are there at every scrape', async () => {
    metrics.modelDeployments.set('ml', 'a', figuresOf({ status }));
    const first = await series('understudy_model_deployment_phase');
    expect(first).toHaveLength(7);
    expect(await series('understudy_model_deployment_phase')).toEqual(first);
  });
});

it('two services share nothing, so that a program can have two', async () => {
  const other = new MetricsService();
  other.modelDeployments.set('ml', 'a', { phase: 'Healthy', weights: {}, verdicts: [], problems: [] });
  expect(await metrics.text()).not.toContain('namespace="ml"');
});

it('names and units follow the rules of Prometheus', async () => {
  const names = metrics.registry.getMetricsAsArray().map(({ name }) => name);
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) expect(name).toMatch(/^(understudy|process|nodejs)_[a-z_]+$/);
  for (const name of names) expect(name).not.toMatch(/_(ms|milliseconds|percent)(_|$)/);
});

it('every label has a bound that is known', () => {
  const all = metrics.registry.getMetricsAsArray() as unknown as { labelNames: string[] }[];
  const labels = new Set(all.flatMap(({ labelNames }) => countedLabels(labelNames)));
  labels.delete('le');
  expect([...labels].filter((label) => !(label in labelBounds))).toEqual([]);
  expect(Object.keys(labelBounds).filter((label) => !labels.has(label))).toEqual([]);
});
