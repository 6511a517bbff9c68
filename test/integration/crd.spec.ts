import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { actionExample, fullExample, smallestExample, templateExample } from '../../src/api/crd/examples.ts';
import { type LocalCluster, startLocalCluster } from '../../tools/local-cluster/local-cluster.ts';
import { crds, installCrd, installCrds } from '../support/installed-crds.ts';
import { cases } from '../support/model-deployment-cases/cases.ts';
import { type Manifest, changed, manifest } from '../support/model-deployment-cases/changes.ts';
import { metricTemplate, templateSpecs } from '../support/metric-template-cases.ts';
import { modelRollout, modelRolloutStatus } from '../support/model-rollout-manifest.ts';
import { actionCases, changedAction, rolloutAction } from '../support/rollout-action-cases.ts';
import { kstatusOf } from '../support/gitops/kstatus.ts';
import { type RestAnswer, RestClient, eventually } from '../support/rest-client.ts';

jest.setTimeout(60_000);

const deployments = '/apis/understudy.dev/v1alpha1/namespaces/default/modeldeployments';
const rollouts = '/apis/understudy.dev/v1alpha1/namespaces/default/modelrollouts';
const actions = '/apis/understudy.dev/v1alpha1/namespaces/default/rolloutactions';

let cluster: LocalCluster;
let api: RestClient;

beforeAll(async () => {
  cluster = await startLocalCluster();
  api = new RestClient(cluster);
  await installCrds(api);
}, 600_000);

afterAll(async () => {
  api?.close();
  await cluster?.stop();
}, 60_000);

/** Runs all admission and validation, and stores nothing. */
const tryOut = (object: Manifest) => api.post(`${deployments}?dryRun=All&fieldValidation=Strict`, object);
const create = (object: Manifest) => api.post(`${deployments}?fieldValidation=Strict`, object);

const causes = ({ body }: RestAnswer): { field: string; message: string }[] => body.details?.causes ?? [];

describe('rules of a ModelDeployment', () => {
  describe.each(cases)('$title', ({ accept, refuse }) => {
    it.each(accept.map((change) => changed(change, 'case')))('accepts %#', async (object) => {
      const answer = await tryOut(object);
      expect([answer.status, answer.body.message]).toEqual([201, undefined]);
    });

    it.each(refuse.map(({ change, ...rest }) => ({ object: changed(change, 'case'), ...rest })))(
      'refuses $path: $says',
      async ({ object, path, says = '' }) => {
        const answer = await tryOut(object);
        expect(answer.status).toBe(422);
        expect(causes(answer)).toContainEqual(
          expect.objectContaining({ field: path, message: expect.stringContaining(says) }),
        );
      },
    );
  });

  it.each([
    ['the smallest example', smallestExample],
    ['the full example', fullExample],
  ])('accepts %s of the reference page', async (_title, text) => {
    const object = parse(text);
    object.metadata.namespace = 'default';
    expect((await tryOut(object)).status).toBe(201);
  });

  it('refuses two metrics of one name', async () => {
    const metric = { name: 'same', kind: 'query', query: 'up', pass: 'result > 0.0' };
    const answer = await tryOut(changed((m) => (m.spec.analysis = { metrics: [metric, metric] }), 'case'));
    expect(answer.status).toBe(422);
    expect(causes(answer)).toContainEqual(expect.objectContaining({ field: 'spec.analysis.metrics[1]' }));
  });

  it.each([
    ['spec', (m: Manifest) => (m.spec.capacity = { mode: 'full' }), 'spec.capacity'],
    ['model', (m: Manifest) => (m.spec.model = { owner: 'me' }), 'spec.model.owner'],
    ['a router of a later release', (m: Manifest) => (m.spec.traffic = { istio: {} }), 'spec.traffic.istio'],
    ['an empty object', (m: Manifest) => (m.spec.traffic = { service: { a: 1 } }), 'spec.traffic.service.a'],
    [
      'a step',
      (m: Manifest) => (m.spec.strategy = { canary: { steps: [{ weight: 5, adaptive: {} }] } }),
      'spec.strategy.canary.steps[0].adaptive',
    ],
    [
      'a metric',
      (m: Manifest) =>
        (m.spec.analysis = {
          metrics: [{ name: 'a', kind: 'query', query: 'up', pass: 'result > 0.0', x: 1 }],
        }),
      'spec.analysis.metrics[0].x',
    ],
  ])('refuses an unknown field in %s under strict validation', async (_where, change, field) => {
    const answer = await tryOut(changed(change, 'case'));
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(`unknown field "${field}"`);
  });
});

describe('a stored ModelDeployment', () => {
  const object = changed((m) => {
    const { spec } = m.spec.serving.workload.template;
    spec.containers[0].ports[0].protocol = 'UDP';
    spec.tolerations = [{ key: 'gpu', operator: 'Exists' }];
  }, 'stored');

  it('is what was given, and no default but replicas: a hashed part never changes by itself', async () => {
    const { status, body } = await create(object);
    expect(status).toBe(201);
    expect(body.spec).toEqual({ ...object.spec, replicas: 1 });
  });

  it('is in progress for kstatus until the controller has looked at it, and again when its status is gone', async () => {
    const path = `${deployments}/stored`;
    const { body: created } = await api.get(path);
    expect(created.status).toEqual({ observedGeneration: -1 });
    expect(kstatusOf(created)).toBe('InProgress');

    const seen = await api.merge(`${path}/status`, { status: { observedGeneration: 1 } });
    expect(kstatusOf(seen.body)).toBe('Current');
    const { body: lost } = await api.merge(`${path}/status`, { status: null });
    expect(kstatusOf(lost)).toBe('InProgress');
  });

  it('is scaled through /scale, which shows pods and selector of the status', async () => {
    const path = `${deployments}/stored`;
    const selector = 'understudy.dev/model-deployment=stored,understudy.dev/revision=bcdfghjklm';
    expect((await api.merge(`${path}/status`, { status: { replicas: 2, selector } })).status).toBe(200);
    const { body: scale } = await api.get(`${path}/scale`);
    expect(scale).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 2, selector } });

    const answer = await api.put(`${path}/scale`, { ...scale, spec: { replicas: 7 } });
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
    const { body: scaled } = await api.get(path);
    expect(scaled.spec).toEqual({ ...object.spec, replicas: 7 });
    expect(scaled.metadata.generation).toBe(2);
  });

  it('keeps status and spec apart', async () => {
    const path = `${deployments}/stored`;
    expect(
      (await api.merge(`${path}/status`, { spec: { replicas: 9 }, status: { phase: 'Healthy' } })).status,
    ).toBe(200);
    expect((await api.merge(path, { status: { phase: 'Failed' } })).status).toBe(200);
    const { body } = await api.get(path);
    expect([body.spec.replicas, body.status.phase, body.metadata.generation]).toEqual([7, 'Healthy', 2]);
  });

  it('refuses a status that is not in the API', async () => {
    const answer = await api.merge(`${deployments}/stored/status`, { status: { phase: 'Levitating' } });
    expect(causes(answer)).toContainEqual(expect.objectContaining({ field: 'status.phase' }));
  });

  it('is listed under its short name and category, with the columns of the reference', async () => {
    const { body } = await api.get('/apis/understudy.dev/v1alpha1');
    const resource = body.resources.find(({ name }: Manifest) => name === 'modeldeployments');
    expect(resource).toMatchObject({ shortNames: ['md'], categories: ['understudy'] });
    const columns = crds
      .find(({ spec }) => spec.names.kind === 'ModelDeployment')
      .spec.versions[0].additionalPrinterColumns.map(({ name, priority = 0 }: Manifest) => [name, priority]);
    expect(columns).toEqual([
      ...['Phase', 'Stable', 'Candidate', 'Weight', 'Step', 'Ready'].map((name) => [name, 0]),
      ...['Reason', 'Model'].map((name) => [name, 1]),
      ['Age', 0],
    ]);
  });
});

describe('ratcheting', () => {
  const crd = crds.find(({ spec }) => spec.names.kind === 'ModelDeployment');
  const longName = `a${'b'.repeat(45)}`;
  const breaksMany = changed((m) => {
    m.spec.service = { targetPort: 'grpc' };
    m.spec.drain = 'soon';
    m.spec.strategy = { canary: { steps: [{ weight: 50 }, { weight: 25, hold: '2m', maxHold: '1m' }] } };
    m.spec.analysis = {
      metrics: [
        { name: 'a', kind: 'errorRate', max: 0.1 },
        { name: 'b', kind: 'query', query: 'up' },
      ],
    };
    m.spec.serving.workload.template.metadata = { labels: { 'understudy.dev/live': 'true' } };
  }, longName);

  beforeAll(async () => {
    await installCrd(api, withoutRules(crd));
    await eventually('a release without rules accepts the object', async () =>
      (await tryOut(breaksMany)).status === 201 ? true : undefined,
    );
    expect((await create(breaksMany)).status).toBe(201);
    await installCrd(api, crd);
    await eventually('the rules are in force', async () =>
      (await tryOut(breaksMany)).status === 422 ? true : undefined,
    );
  });

  it.each([
    ['spec', { spec: { replicas: 3 } }],
    ['metadata', { metadata: { annotations: { note: 'x' } } }],
    ['another part of a rule over several fields', { spec: { service: { port: 8080 } } }],
    ['another field beside a bad one', { spec: { strategy: { canary: { bake: { duration: '1m' } } } } }],
  ])('lets an old object be edited elsewhere: %s', async (_where, patch) => {
    const answer = await api.merge(`${deployments}/${longName}`, patch);
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
  });

  it('lets its status be written', async () => {
    const answer = await api.merge(`${deployments}/${longName}/status`, { status: { phase: 'Failed' } });
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
  });

  it.each([
    ['spec.drain', { spec: { drain: 'later' } }],
    [
      'spec.strategy.canary.steps',
      { spec: { strategy: { canary: { steps: [{ weight: 9 }, { weight: 8 }] } } } },
    ],
  ])('refuses a change that breaks a rule anew: %s', async (field, patch) => {
    const answer = await api.merge(`${deployments}/${longName}?dryRun=All`, patch);
    expect(causes(answer)).toContainEqual(expect.objectContaining({ field }));
  });

  it('keeps what was mended mended', async () => {
    const path = `${deployments}/${longName}`;
    expect((await api.merge(path, { spec: { service: { targetPort: 8080 } } })).status).toBe(200);
    const answer = await api.merge(path, { spec: { service: { targetPort: 'grpc' } } });
    expect(causes(answer)).toContainEqual(expect.objectContaining({ field: 'spec.service.targetPort' }));
  });
});

/** The CRD of a release that knew no rule yet. */
function withoutRules(crd: Manifest): Manifest {
  return JSON.parse(
    JSON.stringify(crd, (key, value) => (key === 'x-kubernetes-validations' ? undefined : value)),
  );
}

describe('a ModelRollout', () => {
  it('takes a value for every field, of spec and of status', async () => {
    const created = await api.post(`${rollouts}?fieldValidation=Strict`, modelRollout());
    expect([created.status, created.body.message]).toEqual([201, undefined]);
    expect(created.body.spec).toEqual(modelRollout().spec);
    const object = { ...created.body, status: modelRolloutStatus() };
    const answer = await api.put(`${rollouts}/case-1/status?fieldValidation=Strict`, object);
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
    expect(answer.body.status).toEqual(modelRolloutStatus());
  });

  it('cannot be changed', async () => {
    const answer = await api.merge(`${rollouts}/case-1`, { spec: { plan: { bakeMs: 1 } } });
    expect(causes(answer)).toEqual([
      {
        field: 'spec',
        message: expect.stringContaining('the spec of a ModelRollout cannot change'),
        reason: 'FieldValueInvalid',
      },
    ]);
    expect((await api.merge(`${rollouts}/case-1`, { metadata: { labels: { a: 'b' } } })).status).toBe(200);
  });

  it('refuses a step without the fields of its kind', async () => {
    const object = modelRollout('case-2');
    object.spec.plan.steps = [
      { kind: 'weight', weight: 5, holdMs: 1 },
      { kind: 'pause', weight: 7 },
    ];
    const answer = await api.post(rollouts, object);
    expect(causes(answer)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'spec.plan.steps[0].maxHoldMs' }),
        expect.objectContaining({ field: 'spec.plan.steps[1].weight' }),
      ]),
    );
  });

  it('keeps at most 20 decisions', async () => {
    const { body } = await api.get(`${rollouts}/case-1`);
    const [decision] = modelRolloutStatus().decisions;
    const status = { ...modelRolloutStatus(), decisions: Array.from({ length: 21 }, () => decision) };
    const answer = await api.put(`${rollouts}/case-1/status`, { ...body, status });
    expect(causes(answer)).toContainEqual(expect.objectContaining({ field: 'status.decisions' }));
  });

  it('is listed under its short name, and its table reads like a flight log', async () => {
    const { body } = await api.get('/apis/understudy.dev/v1alpha1');
    expect(body.resources.find(({ name }: Manifest) => name === 'modelrollouts')).toMatchObject({
      shortNames: ['mrl'],
    });
    const columns = crds
      .find(({ spec }) => spec.names.kind === 'ModelRollout')
      .spec.versions[0].additionalPrinterColumns.map(({ name, priority = 0 }: Manifest) => [name, priority]);
    expect(columns).toEqual([
      ...['ModelDeployment', 'From', 'To', 'Phase', 'Outcome', 'Step', 'Weight', 'Reason', 'Age'].map(
        (name) => [name, 0],
      ),
      ...['Duration', 'Model', 'Message'].map((name) => [name, 1]),
    ]);
  });
});

describe('a RolloutAction', () => {
  const tryAction = (object: Manifest) => api.post(`${actions}?dryRun=All&fieldValidation=Strict`, object);

  describe.each(actionCases)('$title', ({ accept, refuse }) => {
    it.each(accept.map((change) => changedAction(change)))('accepts %#', async (object) => {
      const answer = await tryAction(object);
      expect([answer.status, answer.body.message]).toEqual([201, undefined]);
    });

    it.each(refuse.map(({ change, ...rest }) => ({ object: changedAction(change), ...rest })))(
      'refuses $path: $says',
      async ({ object, path, says = '' }) => {
        const answer = await tryAction(object);
        expect(answer.status).toBe(422);
        expect(causes(answer)).toContainEqual(
          expect.objectContaining({ field: path, message: expect.stringContaining(says) }),
        );
      },
    );
  });

  it('accepts the example of the reference page, with a name of its own', async () => {
    const object = parse(actionExample);
    object.metadata.namespace = 'default';
    const { status, body } = await tryAction(object);
    expect([status, body.metadata.name]).toEqual([201, expect.stringMatching(/^sentiment-promote-.{5}$/)]);
  });

  it('cannot be changed, and is in progress for kstatus until somebody has looked at it', async () => {
    const created = await api.post(`${actions}?fieldValidation=Strict`, rolloutAction('stored'));
    expect([created.status, kstatusOf(created.body)]).toEqual([201, 'InProgress']);
    const answer = await api.merge(`${actions}/stored`, { spec: { target: { step: 2 } } });
    expect(causes(answer)).toEqual([
      {
        field: 'spec',
        message: expect.stringContaining('the spec of a RolloutAction cannot change'),
        reason: 'FieldValueInvalid',
      },
    ]);
    expect((await api.merge(`${actions}/stored`, { metadata: { labels: { a: 'b' } } })).status).toBe(200);
  });

  it('is listed under its short name, with the columns of the reference', async () => {
    const { body } = await api.get('/apis/understudy.dev/v1alpha1');
    expect(body.resources.find(({ name }: Manifest) => name === 'rolloutactions')).toMatchObject({
      shortNames: ['ra'],
      categories: ['understudy'],
    });
    const columns = crds
      .find(({ spec }) => spec.names.kind === 'RolloutAction')
      .spec.versions[0].additionalPrinterColumns.map(({ name, priority = 0 }: Manifest) => [name, priority]);
    expect(columns).toEqual([
      ...['Target', 'Verb', 'State', 'By', 'Age'].map((name) => [name, 0]),
      ...['Reason', 'Message'].map((name) => [name, 1]),
    ]);
  });
});

describe.each([
  ['MetricTemplate', 'namespaces/default/metrictemplates', 'mt', true],
  ['ClusterMetricTemplate', 'clustermetrictemplates', 'cmt', false],
])('a %s', (kind, resource, shortName, namespaced) => {
  const path = `/apis/understudy.dev/v1alpha1/${resource}?dryRun=All&fieldValidation=Strict`;

  it.each(templateSpecs.accept)('accepts %j', async (spec) => {
    const answer = await api.post(path, metricTemplate(spec, kind));
    expect([answer.status, answer.body.message]).toEqual([201, undefined]);
  });

  it.each(templateSpecs.refuse)('refuses $spec at $path', async ({ spec, path: at, says = '' }) => {
    const answer = await api.post(path, metricTemplate(spec, kind));
    expect(answer.status).toBe(422);
    expect(causes(answer)).toContainEqual(
      expect.objectContaining({ field: at, message: expect.stringContaining(says) }),
    );
  });

  it('accepts the example of the reference page', async () => {
    const { spec } = parse(templateExample);
    expect((await api.post(path, metricTemplate(spec, kind))).status).toBe(201);
  });

  it('has its short name and its scope', async () => {
    const { body } = await api.get('/apis/understudy.dev/v1alpha1');
    expect(body.resources.find((one: Manifest) => one.kind === kind)).toMatchObject({
      shortNames: [shortName],
      namespaced,
      categories: ['understudy'],
    });
  });
});

it('a manifest of the tests is a valid one', async () => {
  expect((await tryOut(manifest())).status).toBe(201);
});
