import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { apiVersion } from '../../src/api/group.ts';
import { outcomes } from '../../src/api/phase.ts';
import { TinyWorld } from '../../src/domain/testing/tiny-world.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { argoHealth } from '../../test/support/gitops/argo-cd-health.ts';
import { type HealthCheckExpressions, fluxHealth } from '../../test/support/gitops/flux-health.ts';
import { kstatusOf } from '../../test/support/gitops/kstatus.ts';
import {
  type OtherSituation,
  type Situation,
  modelDeploymentOf,
  modelRolloutOf,
  others,
  worlds,
} from '../../test/support/gitops/recorded-objects.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
const script = read('argo-cd/model-deployment-health.lua');
const rolloutScript = read('argo-cd/model-rollout-health.lua');
const [expressions] = parse(read('flux/kustomization.yaml')).spec.healthCheckExprs as [
  HealthCheckExpressions,
];

const minute = 60_000;

type Health = [kstatus: string, argoCd: string, flux: string];
const done: Health = ['Current', 'Healthy', 'Current'];
const onItsWay: Health = ['InProgress', 'Progressing', 'InProgress'];
const standsStill: Health = ['InProgress', 'Suspended', 'InProgress'];
const needsAPerson: Health = ['Failed', 'Degraded', 'Failed'];

const expected: Record<Situation | OtherSituation, Health> = {
  'never looked at': onItsWay,
  // As objects were stored before the API server gave them a status: kstatus takes nothing said for all well.
  'without any status': ['Current', 'Progressing', 'Unknown'],
  'the first revision starts': onItsWay,
  'the first revision is paused': standsStill,
  'the first revision is refused': needsAPerson,
  'the first revision never became ready': needsAPerson,
  healthy: done,
  'paused while healthy': done,
  'scaled to zero': done,
  'a stable pod is lost': onItsWay,
  'the route belongs to somebody else': needsAPerson,
  'edited, and not looked at again': onItsWay,
  'mended, and not looked at again': onItsWay,
  'paused before its rollout': standsStill,
  'the candidate is refused': needsAPerson,
  preparing: onItsWay,
  stepping: onItsWay,
  'silent metrics': onItsWay,
  'paused by its plan': standsStill,
  'paused by its plan for a time': standsStill,
  'paused by its spec': standsStill,
  inconclusive: standsStill,
  'the route is taken in the middle': needsAPerson,
  promoting: onItsWay,
  baking: onItsWay,
  promoted: done,
  'drained after its promotion': done,
  'rolled back': needsAPerson,
  'rolled back while it bakes': needsAPerson,
  'the candidate never became ready': needsAPerson,
  'superseded by the next': onItsWay,
  'returned to the stable': done,
  'an invalid spec from the beginning': needsAPerson,
  'an invalid spec while healthy': needsAPerson,
  'an invalid spec in the middle of a pause': needsAPerson,
  // Argo CD and Flux ask about no object that is being deleted: they wait until it is gone.
  'being deleted': ['Terminating', 'Healthy', 'Current'],
};

const recorded: [string, () => KubernetesObject][] = [
  ...Object.entries(others),
  ...Object.entries(worlds).map(([situation, make]): [string, () => KubernetesObject] => [
    situation,
    () => modelDeploymentOf(make()),
  ]),
];

const healthOf = (object: KubernetesObject): Health => [
  kstatusOf(object),
  argoHealth(script, object).status,
  fluxHealth(expressions, object),
];

describe('the health of a ModelDeployment for kstatus, Argo CD and Flux', () => {
  it.each(recorded)('%s', (situation, make) => {
    expect(healthOf(make())).toEqual(expected[situation as keyof typeof expected]);
  });

  it('is settled, one way or the other, as soon as Reconciling is False', () => {
    for (const [situation, make] of Object.entries(worlds)) {
      const world = make();
      const settled = ['Current', 'Failed'].includes(kstatusOf(modelDeploymentOf(world)));
      expect([situation, world.condition('Reconciling')]).toEqual([situation, settled ? 'False' : 'True']);
    }
  });

  it('is said in the words of the status', () => {
    const { status, message } = argoHealth(script, modelDeploymentOf(worlds['rolled back']()));
    expect(status).toBe('Degraded');
    expect(message).toMatch(/^revision \w{10} was taken back \(.*health.*\); \w{10} serves until/);
    expect(argoHealth(script, others['edited, and not looked at again']()).message).toContain('generation');
  });

  it.each([
    ['promoted', [onItsWay, done], () => new TinyWorld({ analysis: true })],
    ['taken back', [onItsWay, needsAPerson], () => failing(new TinyWorld({ analysis: true }))],
    [
      'promoted over plain Services, with slow pods and a slow data plane',
      [onItsWay, done],
      () => slow(new TinyWorld({ analysis: true, router: 'replicaRatio' })),
    ],
  ])('of a revision that is %s changes once, at the end', (_what, course, make) => {
    const world = make().run(minute);
    world.editSpec('v2');
    const seen: Health[] = [healthOf(modelDeploymentOf(world))];
    let { status } = world;
    for (let seconds = 0; seconds < 45 * 60; seconds += 5) {
      world.run(5_000);
      if (world.status === status) continue;
      ({ status } = world);
      const health = healthOf(modelDeploymentOf(world));
      if (String(health) !== String(seen.at(-1))) seen.push(health);
    }
    expect(seen).toEqual(course);
  });
});

function failing(world: TinyWorld): TinyWorld {
  world.say('v2', 'Fail');
  return world;
}

function slow(world: TinyWorld): TinyWorld {
  world.healPods('v2', 20_000);
  world.lag(3_000);
  return world;
}

const ended = (outcome: string, reason = outcome): KubernetesObject => {
  const object = modelRolloutOf(worlds['rolled back']());
  return { ...object, status: { ...object['status'], outcome, reason } };
};

describe('the health of a ModelRollout for Argo CD', () => {
  const healthy = ['promoted', 'returned to the stable'] as const;
  const suspended = ['paused by its plan', 'paused by its spec', 'inconclusive'] as const;
  const progressing = ['preparing', 'stepping', 'promoting', 'baking', 'superseded by the next'] as const;
  const degraded = ['rolled back', 'rolled back while it bakes', 'the candidate never became ready'] as const;
  const rows = [
    ...healthy.map((situation) => [situation, 'Healthy'] as const),
    ...suspended.map((situation) => [situation, 'Suspended'] as const),
    ...progressing.map((situation) => [situation, 'Progressing'] as const),
    ...degraded.map((situation) => [situation, 'Degraded'] as const),
  ];

  it.each(rows)('%s: %s', (situation, health) => {
    expect(argoHealth(rolloutScript, modelRolloutOf(worlds[situation]())).status).toBe(health);
  });

  it('is Progressing before its first status, and knows every outcome', () => {
    const { status: _status, ...created } = modelRolloutOf(worlds.preparing());
    expect(argoHealth(rolloutScript, created as KubernetesObject).status).toBe('Progressing');
    expect(Object.keys(outcomes).map((outcome) => argoHealth(rolloutScript, ended(outcome)).status)).toEqual([
      'Healthy',
      'Degraded',
      'Healthy',
      'Healthy',
      'Degraded',
      'Degraded',
    ]);
    expect(argoHealth(rolloutScript, ended('SomethingNew')).status).toBe('Unknown');
  });
});

describe('the files', () => {
  it('of Argo CD: the ConfigMap has the scripts as they are beside it', () => {
    const { data } = parse(read('argo-cd/argocd-cm.yaml'));
    const prefix = 'resource.customizations.health.understudy.dev_';
    expect(data).toEqual({ [`${prefix}ModelDeployment`]: script, [`${prefix}ModelRollout`]: rolloutScript });
  });

  it('of Flux: the expressions are for our kind, and it waits', () => {
    const { spec } = parse(read('flux/kustomization.yaml'));
    expect(spec).toMatchObject({ wait: true, healthCheckExprs: [{ apiVersion, kind: 'ModelDeployment' }] });
    for (const environment of ['staging', 'production']) {
      const { spec: other } = parse(read(`repository/flux/${environment}.yaml`));
      expect(other).toMatchObject({ wait: true, path: `./sentiment/${environment}` });
      expect(other.healthCheckExprs).toEqual([expressions]);
    }
  });
});
