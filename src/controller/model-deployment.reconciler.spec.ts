import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { modelDeployment } from '../../test/support/model-deployment.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { ControllerBed } from './testing/controller-bed.ts';

const key = 'ml/model';
const name = 'model';
const objectOf = (spec: object = {}, version = '1'): KubernetesObject =>
  modelDeployment({ name, namespace: 'ml', version, spec: { traffic: { service: {} }, ...spec } });
const { revision } = identifyRevision(objectOf()['spec'] as never, []);
const statusWrite = `status ModelDeployment ${name}`;

let bed: ControllerBed;
beforeEach(async () => {
  bed = await new ControllerBed().start();
});
afterEach(() => bed.stop());

/** What kubelet and the Deployment's controllers would make of a revision's replicas. */
function makeReady(): void {
  const deployment = bed.api.find('Deployment', `${name}-${revision}`)!;
  const { replicas, selector } = deployment['spec'];
  const pods = Array.from({ length: replicas as number }, (_, index) =>
    bed.api.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'ml', name: `${name}-${revision}-${index}`, labels: selector.matchLabels },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }),
  );
  for (const service of [name, `${name}-${revision}`]) {
    bed.api.put({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: 'ml',
        name: `${service}-slice`,
        labels: {
          'kubernetes.io/service-name': service,
          'understudy.dev/model-deployment': name,
        },
      },
      endpoints: pods.map(({ metadata }) => ({
        conditions: { ready: true },
        targetRef: { kind: 'Pod', name: metadata.name, uid: metadata.uid },
      })),
    });
  }
  bed.api.put({ ...deployment, status: { replicas, readyReplicas: replicas, observedGeneration: 1 } });
}

async function serve(spec: object = {}): Promise<void> {
  bed.api.put(objectOf(spec));
  await bed.settle(key);
  makeReady();
  await bed.settle(key);
}

/** The user asks for a second version. */
function release(): void {
  const live = bed.api.find('ModelDeployment', name)!;
  bed.api.put({ ...live, spec: objectOf({}, '2')['spec'], metadata: { ...live.metadata, generation: 2 } });
}

describe('a pass', () => {
  it('brings a new ModelDeployment to serve, and then costs nothing (law 15)', async () => {
    bed.api.put(objectOf());
    const words = await bed.settle(key);
    expect(bed.api.dryRuns).toBe(1);
    expect(words).toEqual([
      `create Service ${name}-${revision}`,
      `create Deployment ${name}-${revision}`,
      statusWrite,
    ]);
    makeReady();
    expect(await bed.settle(key)).toContain(`create Service ${name}`);
    expect(bed.status(name)).toMatchObject({ phase: 'Healthy', stable: { revision } });
    const { length } = bed.api.noted;
    const reads = bed.api.reads.length;
    await bed.pass(key);
    expect(bed.api.noted).toHaveLength(length);
    expect(bed.api.reads).toHaveLength(reads);
    expect(bed.passed.every((one) => one === key)).toBe(true);
  });

  it('writes the status last, and once', async () => {
    bed.api.put(objectOf());
    await bed.pass(key);
    expect(bed.api.words.indexOf(statusWrite)).toBe(bed.api.words.length - 1);
  });

  it('does nothing for one that is on its way out', async () => {
    const object = objectOf();
    object.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    bed.api.put(object);
    await bed.pass(key);
    expect(bed.api.words).toEqual([]);
    expect(bed.passed).toEqual([]);
  });

  it('whose write is refused says so in the status, once, and goes on when it is taken', async () => {
    await serve();
    release();
    bed.api.refuse = (words) =>
      words.startsWith('create Deployment') ? new ClusterError('forbidden', 'not you') : undefined;
    const refused = () => expect(bed.pass(key)).rejects.toThrow('not you');
    for (let passes = 0; passes < 3; passes += 1) await refused();
    expect(bed.status(name)).toMatchObject({
      phase: 'Failed',
      message: 'the API server refuses a write: not you',
      stable: { revision },
    });
    expect(bed.condition(name, 'Stalled')).toBe('True WriteRefused');
    expect(bed.condition(name, 'Available')).toBe('True Available');
    const { length } = bed.api.noted;
    await refused();
    expect(bed.api.noted).toHaveLength(length);
    bed.api.refuse = () => undefined;
    await bed.settle(key);
    expect(bed.condition(name, 'Stalled')).toBe('False Progressing');
  });

  it('throws what it cannot answer, and says nothing of it anywhere', async () => {
    bed.api.put(objectOf());
    bed.api.refuse = () => new ClusterError('unreachable', 'nobody there');
    await expect(bed.pass(key)).rejects.toThrow('nobody there');
    expect(bed.passed).toEqual([]);
    expect(bed.events).toEqual([]);
  });
});

describe('law 13: events', () => {
  it('come after the status that records them, each once', async () => {
    await serve();
    release();
    await bed.settle(key);
    expect(bed.events.length).toBeGreaterThan(0);
    expect(bed.events.every(({ after }) => after === statusWrite)).toBe(true);
    const { length } = bed.events;
    await bed.pass(key);
    expect(bed.events).toHaveLength(length);
  });

  it('do not come when the status could not be written', async () => {
    await serve();
    release();
    bed.api.refuse = (words) => (words === statusWrite ? new ClusterError('throttled', 'slowly') : undefined);
    await expect(bed.pass(key)).rejects.toThrow('slowly');
    expect(bed.api.words.at(-1)).toMatch(/ModelRollout|Deployment model-|Service model-/);
    expect(bed.events).toEqual([]);
  });
});

describe('the freshness of our own writes', () => {
  it('is waited for: the next pass begins when the caches show them', async () => {
    bed.api.put(objectOf());
    await bed.clock.settle();
    bed.api.hold();
    await bed.begin(key);
    const { length } = bed.api.noted;
    let ended = false;
    const next = bed.begin(key).then(() => (ended = true));
    await bed.clock.advance(900);
    expect(ended).toBe(false);
    expect(bed.api.noted).toHaveLength(length);
    bed.api.release();
    await bed.clock.settle();
    await next;
  });

  it('is waited for a second at most; then law 16 refuses what is stale', async () => {
    bed.api.put(objectOf());
    await bed.clock.settle();
    bed.api.hold();
    await bed.begin(key);
    const { length } = bed.api.noted;
    const next = bed.begin(key).catch((error: unknown) => error);
    await bed.clock.advance(1_000);
    expect(ClusterError.is(await next, 'conflict', 'alreadyExists')).toBe(true);
    expect(bed.api.noted).toHaveLength(length);
    bed.api.release();
    await bed.settle(key);
    expect(bed.condition(name, 'Available')).toBeDefined();
  });

  it('is waited for also after a pass that failed half-way', async () => {
    bed.api.put(objectOf());
    await bed.clock.settle();
    bed.api.hold();
    bed.api.refuse = (words) => (words === statusWrite ? new ClusterError('throttled', 'slowly') : undefined);
    await expect(bed.begin(key)).rejects.toThrow('slowly');
    expect(bed.api.words.length).toBeGreaterThan(0);
    let ended = false;
    const next = bed
      .begin(key)
      .catch(() => {})
      .then(() => (ended = true));
    await bed.clock.advance(500);
    expect(ended).toBe(false);
    bed.api.release();
    await bed.clock.settle();
    await next;
  });

  it('delays no other key', async () => {
    bed.api.put(objectOf());
    bed.api.put({ ...objectOf(), metadata: { namespace: 'ml', name: 'other' } });
    await bed.clock.settle();
    bed.api.hold();
    await bed.begin(key);
    await bed.begin('ml/other');
    expect(bed.passed).toEqual([key, 'ml/other']);
    bed.api.release();
  });
});

describe('an object that breaks the rules of the API', () => {
  it('is reported, throws nothing, and is reported once', async () => {
    await serve();
    const { stable } = bed.status(name);
    const { length } = bed.api.noted;
    const events = bed.events.length;
    const live = bed.api.find('ModelDeployment', name)!;
    bed.api.put({
      ...live,
      spec: { ...live['spec'], replicas: -1 },
      metadata: { ...live.metadata, generation: 2 },
    });
    await bed.pass(key);
    await bed.pass(key);
    expect(bed.api.words.slice(length)).toEqual([statusWrite]);
    expect(bed.status(name)).toMatchObject({ phase: 'Failed', observedGeneration: 2, stable });
    expect(bed.status(name)['message']).toContain('replicas');
    expect(bed.condition(name, 'Stalled')).toBe('True InvalidSpec');
    expect(bed.condition(name, 'Available')).toMatch(/^True/);
    expect(bed.events.slice(events)).toEqual([{ reason: 'InvalidSpec', after: statusWrite }]);
    bed.api.put({ ...bed.api.find('ModelDeployment', name)!, spec: live['spec'] });
    await bed.settle(key);
    expect(bed.status(name)['phase']).toBe('Healthy');
    expect(bed.condition(name, 'Stalled')).toMatch(/^False/);
  });
});

describe('a ModelDeployment that is gone', () => {
  it('is forgotten by all that knew of it', async () => {
    await serve();
    const forgotten: string[] = [];
    const { birthCheck, measurements, foreignObjects } = bed.dependencies;
    for (const part of [birthCheck, measurements, foreignObjects]) {
      part.forget = (one) => forgotten.push(`${part.constructor.name} ${one}`);
    }
    bed.api.remove('ModelDeployment', name);
    const { length } = bed.api.noted;
    await bed.pass(key);
    expect(forgotten.sort()).toEqual([`BirthCheck ${key}`, `ForeignObjects ${key}`, `Measurements ${key}`]);
    expect(bed.forgotten).toEqual([key]);
    expect(bed.api.noted).toHaveLength(length);
    // A key may be named again after that.
    await bed.pass(key);
    expect(bed.forgotten).toEqual([key, key]);
  });
});

describe('a name that somebody else has', () => {
  const theirs = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'ml', name }, spec: {} };

  it('law 18: is said in a condition, looked at again, and never written', async () => {
    const stored = bed.api.put(theirs);
    bed.api.put(objectOf());
    await expect(bed.pass(key)).resolves.toBeUndefined();
    await bed.settle(key);
    makeReady();
    await bed.settle(key);
    const result = await bed.pass(key);
    expect(result?.requeueAfterMs).toBeLessThanOrEqual(30_000);
    expect(bed.status(name)['message']).toContain(`Service ${name} exists`);
    expect(bed.api.find('Service', name)).toEqual(stored);
    bed.api.remove('Service', name);
    await bed.settle(key);
    expect(bed.api.words).toContain(`create Service ${name}`);
    expect(bed.status(name)['phase']).toBe('Healthy');
  });

  it('our Service gets the label back that somebody took', async () => {
    await serve();
    const live = bed.api.find('Service', name)!;
    const { labels } = live.metadata;
    bed.api.put({ ...live, metadata: { ...live.metadata, labels: {} } });
    await bed.clock.settle();
    // The watch is one by label: to it the Service is gone.
    expect(bed.dependencies.cache.kinds.services.get(key)).toBeUndefined();
    await bed.settle(key);
    expect(bed.dependencies.cache.kinds.services.get(key)).toBeDefined();
    const reads = bed.api.reads.length;
    await bed.pass(key);
    expect(bed.api.reads).toHaveLength(reads);
    expect(bed.api.find('Service', name)?.metadata.labels).toEqual(labels);
  });
});
