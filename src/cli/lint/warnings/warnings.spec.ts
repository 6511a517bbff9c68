import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { AssumedTraffic } from '../../../domain/strategy/gate-forecast.ts';
import { changed, sound, warned } from '../testing/sound-manifest.ts';
import { actionWarnings, modelWarnings } from './all-warnings.ts';

const template = 'serving.workload.template.spec';
const server = `${template}.containers.0`;
const yaml = (text: string): unknown => parse(text);
const query = (more: string): unknown[] => [yaml(`{name: queue, kind: query, pass: result < 1.0, ${more}}`)];
const ofCandidate = `query: 'max(queue{revision="{{ candidate.revision }}"})'`;

const target = (more: object) => ({ name: 'a', type: 'slack', secretRef: { name: 'team' }, ...more });

interface Case {
  /** Changes for which it is said, with where and what was found. */
  said: [Record<string, unknown>, string, RegExp][];
  /** The nearest for which it is not. */
  unsaid: Record<string, unknown>[];
  traffic?: AssumedTraffic;
}

const cases: Record<string, Case> = {
  NoGate: {
    said: [
      [{ analysis: undefined }, 'spec.analysis.metrics', /no metric/],
      [{ 'analysis.metrics.0.dryRun': true }, 'spec.analysis.metrics', /only metrics with dryRun/],
    ],
    unsaid: [{ analysis: undefined, 'strategy.canary.metrics': [{ name: 'errors', kind: 'errorRate' }] }],
  },
  PromotesUnproved: {
    said: [[{ 'analysis.onInconclusive': 'promote' }, 'spec.analysis.onInconclusive', /promote/]],
    unsaid: [{ 'analysis.onInconclusive': 'rollback' }],
  },
  UnguardedSwitch: {
    said: [[{ 'strategy.blueGreen': {} }, 'spec.strategy.blueGreen.preAnalysis', /no metric/]],
    unsaid: [
      { 'strategy.blueGreen': { promotion: 'manual' } },
      { 'strategy.blueGreen': { preAnalysis: { metrics: query(ofCandidate) } } },
    ],
  },
  QueryIgnoresCandidate: {
    said: [
      [{ 'analysis.metrics': query('query: max(queue)') }, 'spec.analysis.metrics[0].query', /max\(queue\)/],
    ],
    unsaid: [
      { 'analysis.metrics': query(ofCandidate) },
      { 'analysis.metrics': query(`query: '{{ measure.queue }}'`) },
    ],
  },
  InvalidPromQL: {
    said: [
      [
        { 'analysis.metrics': query(`query: 'max(queue{revision="{{ candidate.revision }}"}'`) },
        'spec.analysis.metrics[0].query',
        /parse error/,
      ],
    ],
    unsaid: [{ 'analysis.metrics': query(`query: '{{ measure.queue }} * 2'`) }],
  },
  WideTolerance: {
    said: [[{ 'analysis.metrics.0.tolerance': 1.6 }, 'spec.analysis.metrics[0].tolerance', /1.6/]],
    unsaid: [{ 'analysis.metrics.0.tolerance': 1.5 }],
  },
  SpecPaused: { said: [[{ paused: true }, 'spec.paused', /true/]], unsaid: [{ paused: false }] },
  ShadowOnly: {
    said: [[{ 'strategy.shadow': {} }, 'spec.strategy.shadow.then', /stop/]],
    unsaid: [{ 'strategy.shadow': { then: 'stop' } }, { 'strategy.shadow': { then: 'canary' } }],
  },
  FirstWeightAboveHalf: {
    said: [
      [{ 'strategy.canary.steps': [{ weight: 51 }] }, 'spec.strategy.canary.steps[0].weight', /51 %/],
      [
        { 'strategy.canary.steps': [{ pause: { duration: '1m' } }, { weight: 60 }, { weight: 70 }] },
        'spec.strategy.canary.steps[1].weight',
        /60 %/,
      ],
      [{ 'strategy.canary.adaptive': { start: 60, max: 80 } }, 'spec.strategy.canary.adaptive.start', /60 %/],
      [
        { 'strategy.shadow': { then: 'canary', steps: [{ weight: 60 }] } },
        'spec.strategy.shadow.steps[0].weight',
        /60 %/,
      ],
    ],
    unsaid: [{ 'strategy.canary.steps': [{ weight: 50 }, { weight: 90 }] }],
  },
  LargeLastJump: {
    said: [
      [{ 'strategy.canary.steps': [{ weight: 5 }] }, 'spec.strategy.canary.steps[0].weight', /from 5 %/],
      [{ 'strategy.canary.adaptive': { max: 10 } }, 'spec.strategy.canary.adaptive.max', /from 10 %/],
    ],
    unsaid: [
      { 'strategy.canary.steps': [{ weight: 5 }, { weight: 20 }] },
      { 'strategy.canary.adaptive': {} },
    ],
  },
  CoarseSplit: {
    said: [
      [
        { traffic: undefined, analysis: { metrics: query(ofCandidate) } },
        'spec.strategy.canary.steps',
        /5 %, which becomes 20 %: 1 of 5 pods/,
      ],
    ],
    unsaid: [
      { traffic: undefined, replicas: 20, analysis: { metrics: query(ofCandidate) } },
      { 'strategy.canary.steps': [{ weight: 1 }, { weight: 50 }] },
    ],
  },
  TooLittleTraffic: {
    traffic: { requestsPerSecond: 1, badShare: 0.001 },
    said: [
      [
        { 'strategy.canary.steps': [{ weight: 1 }, { weight: 50 }] },
        'spec.strategy.canary.steps[0].maxHold',
        /^30m; errors needs \d+ requests of the candidate, about \d+h/,
      ],
    ],
    unsaid: [{ 'strategy.canary.steps': [{ weight: 50 }] }],
  },
  HoldBelowScrape: {
    said: [
      [
        { 'strategy.canary.steps': [{ weight: 50, hold: '10s' }] },
        'spec.strategy.canary.steps[0].hold',
        /^10s, and a scrape every 15s$/,
      ],
    ],
    unsaid: [
      { 'strategy.canary.steps': [{ weight: 50, hold: '15s' }] },
      { 'strategy.canary.steps': [{ weight: 50, hold: '10s' }], 'analysis.interval': '5s' },
    ],
  },
  AskedTooLate: {
    said: [
      [
        {
          'strategy.canary.steps': [{ weight: 50, hold: '1m', maxHold: '2m' }],
          'analysis.metrics.0.initialDelay': '2m',
        },
        'spec.strategy.canary.steps[0].maxHold',
        /^2m; errors needs 2m$/,
      ],
      [
        {
          'strategy.canary.steps': [{ weight: 50, hold: '1m', maxHold: '2m' }],
          'analysis.metrics': query(`${ofCandidate}, count: 10`),
        },
        'spec.strategy.canary.steps[0].maxHold',
        /^2m; queue needs 2m15s$/,
      ],
    ],
    unsaid: [
      {
        'strategy.canary.steps': [{ weight: 50, hold: '1m', maxHold: '2m' }],
        'analysis.metrics.0.initialDelay': '1m',
      },
    ],
  },
  WindowBelowScrapes: {
    said: [
      [
        {
          'analysis.metrics': query(
            `query: 'rate(queue{revision="{{ candidate.revision }}"}[{{ window }}])', window: 20s`,
          ),
        },
        'spec.analysis.metrics[0].window',
        /^20s, and a scrape every 15s$/,
      ],
    ],
    unsaid: [
      { 'analysis.metrics': query(`${ofCandidate}, window: 20s`) },
      {
        'analysis.metrics': query(
          `query: 'rate(queue{revision="{{ candidate.revision }}"}[{{ window }}])', window: 30s`,
        ),
      },
    ],
  },
  NoBake: {
    said: [
      [{ 'strategy.canary.bake.duration': '0s' }, 'spec.strategy.canary.bake.duration', /^0s$/],
      [
        { 'strategy.blueGreen': { promotion: 'manual', bake: { duration: '0s' } } },
        'spec.strategy.blueGreen.bake.duration',
        /^0s$/,
      ],
    ],
    unsaid: [{ 'strategy.shadow': { then: 'stop', bake: { duration: '0s' } } }],
  },
  PauseUntold: {
    said: [
      [
        { 'strategy.canary.steps': [{ weight: 50 }, { pause: {} }] },
        'spec.strategy.canary.steps[1].pause',
        /no duration/,
      ],
      [
        { 'strategy.canary.steps': [{ weight: 50 }, { pause: { approvals: 2 } }] },
        'spec.strategy.canary.steps[1].pause',
        /2 approvals/,
      ],
      [{ 'strategy.blueGreen.promotion': 'manual' }, 'spec.strategy.blueGreen.promotion', /manual/],
      [
        {
          'strategy.canary.steps': [{ weight: 50 }, { pause: {} }],
          notifications: [target({ events: ['Promoted'] })],
        },
        'spec.strategy.canary.steps[1].pause',
        /no duration/,
      ],
    ],
    unsaid: [
      { 'strategy.canary.steps': [{ weight: 50 }, { pause: { duration: '1h' } }] },
      { 'strategy.canary.steps': [{ weight: 50 }, { pause: {} }], notifications: [target({})] },
    ],
  },
  RollbackUntold: {
    said: [
      [{ notifications: [target({ events: ['Promoted'] })] }, 'spec.notifications', /RolledBack and Failed/],
      [{ notifications: [target({ events: ['RolledBack'] })] }, 'spec.notifications', /with Failed/],
    ],
    unsaid: [
      { notifications: [target({})] },
      { notifications: [target({ events: ['RolledBack'] }), target({ name: 'b', events: ['Failed'] })] },
    ],
  },
  NotificationInClear: {
    said: [
      [
        { notifications: [target({ type: 'webhook', url: 'http://ci.example.com/' })] },
        'spec.notifications[0].url',
        /http:/,
      ],
    ],
    unsaid: [{ notifications: [target({ type: 'webhook', url: 'https://ci.example.com/' })] }],
  },
  CommitUnnamed: {
    said: [
      [
        { notifications: [target({ type: 'github', repository: 'a/b' })] },
        'spec.notifications[0]',
        /annotation/,
      ],
    ],
    unsaid: [{ notifications: [target({})] }],
  },
  MutableImageTag: {
    said: [
      [{ [`${server}.image`]: 'digits:latest' }, `spec.${template}.containers[0].image`, /tag latest/],
      [{ [`${server}.image`]: 'localhost:5000/digits' }, `spec.${template}.containers[0].image`, /no tag/],
      [
        { [`${template}.initContainers`]: [{ name: 'fetch', image: 'fetch' }] },
        `spec.${template}.initContainers[0].image`,
        /no tag/,
      ],
    ],
    unsaid: [{ [`${server}.image`]: 'digits:1' }, { [`${server}.image`]: 'digits@sha256:abc' }],
  },
  NoImageDigest: {
    said: [[{ [`${server}.image`]: 'digits:1' }, `spec.${template}.containers[0].image`, /"digits:1"/]],
    unsaid: [{ [`${server}.image`]: 'digits:latest' }],
  },
  NoModelDigest: {
    said: [[{ 'model.uri': 's3://models/digits/1' }, 'spec.model.digest', /s3:\/\/models/]],
    unsaid: [{ 'model.uri': 's3://models/digits/1', 'model.digest': 'sha256:abc' }, { 'model.version': '1' }],
  },
  NoReadinessProbe: {
    said: [
      [
        { [`${server}.readinessProbe`]: undefined },
        `spec.${template}.containers[0].readinessProbe`,
        /container "server"/,
      ],
    ],
    // A container beside the server gets no users.
    unsaid: [
      {
        [`${template}.containers.1`]: {
          name: 'proxy',
          image: 'p@sha256:abc',
          resources: { requests: { cpu: 1, memory: '1Gi' } },
        },
      },
    ],
  },
  DeadlineBelowStart: {
    said: [
      [
        { progressDeadline: '5m', [`${server}.startupProbe`]: { periodSeconds: 10, failureThreshold: 30 } },
        'spec.progressDeadline',
        /^5m; container "server" may take 5m$/,
      ],
    ],
    unsaid: [{ [`${server}.startupProbe`]: { periodSeconds: 10, failureThreshold: 30 } }],
  },
  NoResourceRequests: {
    said: [
      [
        { [`${server}.resources`]: { limits: { memory: '1Gi' } } },
        `spec.${template}.containers[0].resources.requests`,
        /^no cpu in/,
      ],
      [
        { [`${server}.resources`]: undefined },
        `spec.${template}.containers[0].resources.requests`,
        /^no cpu and memory in/,
      ],
    ],
    // Kubernetes takes limits for requests.
    unsaid: [{ [`${server}.resources`]: { limits: { cpu: 1, memory: '1Gi' } } }],
  },
  HostPort: {
    said: [
      [{ [`${server}.ports.0.hostPort`]: 80 }, `spec.${template}.containers[0].ports[0].hostPort`, /^80$/],
      [{ [`${template}.hostNetwork`]: true }, `spec.${template}.hostNetwork`, /true/],
    ],
    unsaid: [{ [`${template}.hostNetwork`]: false }],
  },
  OneReplica: {
    said: [
      [{ replicas: 1 }, 'spec.replicas', /^1$/],
      [{ replicas: undefined }, 'spec.replicas', /nothing, which means 1/],
    ],
    unsaid: [{ replicas: 2 }, { replicas: 0 }],
  },
  ScarceDevices: {
    said: [
      [
        { [`${server}.resources`]: { requests: { cpu: 1, memory: '1Gi' }, limits: { 'nvidia.com/gpu': 2 } } },
        'spec.strategy.canary.stableScale',
        /^16 of nvidia.com\/gpu at once, 8 otherwise$/,
      ],
    ],
    unsaid: [
      {
        [`${server}.resources`]: { requests: { cpu: 1, memory: '1Gi' }, limits: { 'nvidia.com/gpu': 2 } },
        'strategy.canary.stableScale': 'follow',
      },
    ],
  },
  NoHistory: {
    said: [[{ revisionHistoryLimit: 0 }, 'spec.revisionHistoryLimit', /0/]],
    unsaid: [{ revisionHistoryLimit: 1 }],
  },
};

it('nobody has anything to say about a sound manifest', () => {
  expect(warned(sound(), { requestsPerSecond: 100, badShare: 0.001 })).toEqual([]);
});

it('every warning has its cases, and says why and what to do', () => {
  expect(modelWarnings.map(({ code }) => code).sort()).toEqual(Object.keys(cases).sort());
  for (const { why, advice } of [...modelWarnings, ...actionWarnings]) {
    expect(why).toMatch(/\.$/);
    expect(advice.length).toBeGreaterThan(10);
  }
});

describe.each(Object.entries(cases))('%s', (code, { said, unsaid, traffic }) => {
  it.each(said)('is said of %j', (changes, path, found) => {
    const findings = warned(changed(changes), traffic);
    expect(findings.filter(({ severity }) => severity === 'refused')).toEqual([]);
    expect(findings).toContainEqual(
      expect.objectContaining({ severity: 'warning', code, path, found: expect.stringMatching(found) }),
    );
  });

  it.each(unsaid)('is not said of %j', (changes) => {
    const findings = warned(changed(changes), traffic);
    expect(findings.filter((finding) => finding.severity === 'refused' || finding.code === code)).toEqual([]);
  });
});
