import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as objects from '../../../test/support/router-objects.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { RecordingLogger } from '../../runtime/testing/recording-logger.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { NotedCluster } from '../testing/noted-cluster.ts';
import { ClusterCache } from './cluster-cache.ts';

let api: NotedCluster;
let clock: VirtualClock;
let cache: ClusterCache;
let changed: string[];

async function start(namespaces: string[] = []): Promise<void> {
  cache = new ClusterCache({ cluster: api.cluster, clock, logger: new RecordingLogger(), namespaces });
  cache.onChange((key) => changed.push(key));
  cache.start();
  await clock.settle();
}
/** The keys that were named since the last time. */
async function named(): Promise<string[]> {
  await clock.settle();
  return changed.splice(0).sort();
}

const label = 'understudy.dev/model-deployment';
const modelDeployment = (name: string, parents: object[] = [], namespace = 'ml'): KubernetesObject => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata: { namespace, name },
  spec: parents.length > 0 ? { traffic: { gatewayAPI: { parentRefs: parents } } } : {},
});
const gateway = (name: string, namespace: string, className = 'contour'): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { namespace, name },
  spec: { gatewayClassName: className },
});
const gatewayClass = (): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'contour' },
  spec: { controllerName: 'projectcontour.io/gateway-controller' },
});
const of = (name: string, apiVersion: string, kind: string, object = 'thing', namespace = 'ml') => ({
  apiVersion,
  kind,
  metadata: { namespace, name: object, labels: { [label]: name } },
});
const ownedKinds: [string, string][] = [
  ['understudy.dev/v1alpha1', 'ModelRollout'],
  ['apps/v1', 'Deployment'],
  ['v1', 'Service'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['v1', 'Pod'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
];

beforeEach(() => {
  api = new NotedCluster();
  clock = new VirtualClock();
  changed = [];
});
afterEach(async () => {
  await cache.stop();
  expect(clock.pendingTimers).toBe(0);
});

describe('which change names which key', () => {
  it('a RolloutAction names what it is about, whether or not that is there', async () => {
    const action = (name: string, target: string): KubernetesObject => ({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'RolloutAction',
      metadata: { namespace: 'ml', name },
      spec: { target: { name: target, uid: 'u' }, verb: 'pause' },
    });
    api.put(action('first', 'a'));
    await start();
    expect(await named()).toEqual(['ml/a']);
    api.put(action('second', 'b'));
    expect(await named()).toEqual(['ml/b']);
    expect(cache.actions('ml/a').map(({ metadata }) => metadata.name)).toEqual(['first']);
    api.remove('RolloutAction', 'first');
    expect(await named()).toEqual(['ml/a']);
    expect(cache.actions('ml/a')).toEqual([]);
  });

  it('a ModelDeployment names itself: as it is found, made, changed and deleted', async () => {
    api.put(modelDeployment('a'));
    await start();
    expect(await named()).toEqual(['ml/a']);
    api.put(modelDeployment('b'));
    expect(await named()).toEqual(['ml/b']);
    api.put(modelDeployment('a', [{ name: 'public' }]));
    expect(await named()).toEqual(['ml/a']);
    api.remove('ModelDeployment', 'a');
    expect(await named()).toEqual(['ml/a']);
    expect(cache.modelDeploymentKeys()).toEqual(['ml/b']);
  });

  it.each(ownedKinds)(
    '%s %s names the one in its label, and when that changes both',
    async (version, kind) => {
      await start();
      api.put(of('a', version, kind));
      expect(await named()).toEqual(['ml/a']);
      api.put(of('b', version, kind));
      expect(await named()).toEqual(['ml/a', 'ml/b']);
      api.remove(kind, 'thing');
      expect(await named()).toEqual(['ml/b']);
      const foreign = of('a', version, kind);
      api.put({ ...foreign, metadata: { namespace: 'ml', name: 'theirs' } });
      expect(await named()).toEqual([]);
    },
  );

  it('a Gateway names those whose parent it is, in whatever namespace it lies', async () => {
    api.put(modelDeployment('far', [{ name: 'public', namespace: 'gateway' }]));
    api.put(modelDeployment('near', [{ name: 'public' }]));
    api.put(modelDeployment('both', [{ name: 'other' }, { name: 'public', namespace: 'gateway' }]));
    api.put(modelDeployment('none'));
    await start();
    await named();
    api.put(gateway('public', 'gateway'));
    expect(await named()).toEqual(['ml/both', 'ml/far']);
    api.put(gateway('public', 'ml'));
    expect(await named()).toEqual(['ml/near']);
    api.put(modelDeployment('far', [{ name: 'other', namespace: 'gateway' }]));
    await named();
    api.remove('Gateway', 'public', 'gateway');
    expect(await named()).toEqual(['ml/both']);
  });

  it('a GatewayClass names those whose parents are of it: what they can do may have changed', async () => {
    api.put(modelDeployment('here', [{ name: 'public', namespace: 'gateway' }]));
    api.put(modelDeployment('there', [{ name: 'private', namespace: 'gateway' }]));
    api.put(gateway('public', 'gateway'));
    api.put(gateway('private', 'gateway', 'another'));
    await start();
    await named();
    api.put(gatewayClass());
    expect(await named()).toEqual(['ml/here']);
    api.put({ ...gatewayClass(), status: { supportedFeatures: [{ name: 'HTTPRouteRequestMirror' }] } });
    expect(await named()).toEqual(['ml/here']);
    expect(cache.gatewayClass('gateway/public')?.['status'].supportedFeatures).toHaveLength(1);
    expect(cache.gatewayClass('gateway/private')).toBeUndefined();
    api.put(gateway('public', 'gateway', 'another'));
    await named();
    api.put(gatewayClass());
    expect(await named()).toEqual([]);
  });
});

describe('what is found', () => {
  it('owned() gives what the label names, of each kind, and nothing of others', async () => {
    for (const [version, kind] of ownedKinds) {
      api.put(of('a', version, kind));
      api.put(of('b', version, kind, 'of-b'));
      api.put(of('a', version, kind, 'thing', 'elsewhere'));
    }
    await start();
    const owned = cache.owned('ml/a');
    expect(Object.keys(owned)).toHaveLength(ownedKinds.length);
    for (const list of Object.values(owned)) {
      expect(list.map(({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`)).toEqual([
        'ml/thing',
      ]);
    }
    api.put(of('b', 'v1', 'Pod'));
    await clock.settle();
    expect(cache.owned('ml/a').pods).toEqual([]);
    expect(cache.owned('ml/b').pods).toHaveLength(2);
  });

  it('keeps of a pod what a pass reads', async () => {
    api.put({ ...objects.pod(objects.stable, 'a'), spec: { nodeName: 'far-away' } });
    await start();
    expect(cache.owned(`ml/${objects.name}`).pods).toEqual([expect.not.objectContaining({ spec: {} })]);
    expect(JSON.stringify(cache.owned(`ml/${objects.name}`))).not.toContain('far-away');
  });

  it('says who carries the traffic of a Gateway', async () => {
    api.put(gateway('public', 'gateway'));
    api.put(gateway('classless', 'gateway', 'unknown'));
    api.put(gatewayClass());
    await start();
    expect(cache.gatewayController('gateway/public')).toBe('projectcontour.io/gateway-controller');
    expect(cache.gatewayController('gateway/classless')).toBeUndefined();
    expect(cache.gatewayController('gateway/none')).toBeUndefined();
  });

  it('in the namespaces that are configured, and Gateways everywhere', async () => {
    for (const namespace of ['ml', 'nlp', 'secret']) {
      api.put(modelDeployment('a', [{ name: 'public', namespace: 'gateway' }], namespace));
      api.put(of('a', 'v1', 'Pod', 'thing', namespace));
    }
    api.put(gateway('public', 'gateway'));
    await start(['ml', 'nlp']);
    expect(cache.modelDeploymentKeys()).toEqual(['ml/a', 'nlp/a']);
    expect(cache.modelDeployment('nlp/a')?.metadata.namespace).toBe('nlp');
    expect(cache.modelDeployment('secret/a')).toBeUndefined();
    expect(cache.owned('nlp/a').pods).toHaveLength(1);
    expect(cache.owned('secret/a').pods).toEqual([]);
    expect(cache.kinds.gateways.keys()).toEqual(['gateway/public']);
    await named();
    api.put(gateway('public', 'gateway', 'another'));
    expect(await named()).toEqual(['ml/a', 'nlp/a']);
  });
});

describe('metric templates', () => {
  const apiVersion = 'understudy.dev/v1alpha1';
  const ofNamespace = (name: string, namespace = 'ml') => ({
    apiVersion,
    kind: 'MetricTemplate',
    metadata: { namespace, name },
  });
  const ofCluster = (name: string) => ({ apiVersion, kind: 'ClusterMetricTemplate', metadata: { name } });
  const using = (name: string, template: object): KubernetesObject => ({
    ...modelDeployment(name),
    spec: { strategy: { canary: { bake: { metrics: [{ name: 'a', kind: 'query', template }] } } } },
  });

  it('wake those who name them, by kind and namespace, whether they are there or not', async () => {
    api.put(using('a', { name: 'queue' }));
    api.put(using('b', { kind: 'ClusterMetricTemplate', name: 'queue' }));
    api.put(modelDeployment('c'));
    await start();
    await named();
    api.put(ofNamespace('queue'));
    expect(await named()).toEqual(['ml/a']);
    api.put(ofNamespace('queue', 'nlp'));
    api.put(ofNamespace('memory'));
    expect(await named()).toEqual([]);
    api.put(ofCluster('queue'));
    expect(await named()).toEqual(['ml/b']);
  });

  it('are found by kind, namespace and name, and listed for who names another', async () => {
    api.put(ofNamespace('queue'));
    api.put(ofNamespace('memory'));
    api.put(ofNamespace('secret', 'nlp'));
    api.put(ofCluster('queue'));
    await start();
    expect(cache.metricTemplate('ml', { name: 'queue' })?.kind).toBe('MetricTemplate');
    expect(cache.metricTemplate('ml', { name: 'secret' })).toBeUndefined();
    expect(cache.metricTemplate('ml', { kind: 'ClusterMetricTemplate', name: 'queue' })?.kind).toBe(
      'ClusterMetricTemplate',
    );
    expect(cache.metricTemplateNames('ml', undefined)).toEqual(['memory', 'queue']);
    expect(cache.metricTemplateNames('ml', 'ClusterMetricTemplate')).toEqual(['queue']);
  });
});

describe('the start', () => {
  it('is over when every kind was listed', async () => {
    cache = new ClusterCache({ cluster: api.cluster, clock, logger: new RecordingLogger(), namespaces: [] });
    expect(cache.hasSynced).toBe(false);
    let synced = false;
    void cache.whenSynced().then(() => (synced = true));
    await clock.settle();
    expect(synced).toBe(false);
    cache.start();
    await clock.settle();
    expect(synced).toBe(true);
    expect(cache.hasSynced).toBe(true);
    expect(cache.reflectors).toHaveLength(12);
  });

  it('needs no Gateway API; where it is missing, that is known', async () => {
    const gatewayKinds = ['HTTPRoute', 'Gateway', 'GatewayClass'].map((kind) => ({ kind }));
    for (const kind of gatewayKinds) api.server.uninstall(kind);
    await start();
    expect(cache.hasSynced).toBe(true);
    expect(cache.kinds.httpRoutes.absent).toBe(true);
    expect(cache.kinds.services.absent).toBe(false);
    expect(cache.owned('ml/a').httpRoutes).toEqual([]);
    for (const kind of gatewayKinds) api.server.install(kind);
    await clock.advance(60_000);
    expect(cache.kinds.httpRoutes.absent).toBe(false);
  });

  it('reads nothing of a router that is switched off, and takes its kinds for missing', async () => {
    const logger = new RecordingLogger();
    const routers = { service: true, gatewayAPI: false };
    cache = new ClusterCache({ cluster: api.cluster, clock, logger, namespaces: [], routers });
    cache.start();
    await clock.settle();
    expect(cache.hasSynced).toBe(true);
    expect(cache.reflectors.map(({ kind }) => kind.kind)).not.toContain('HTTPRoute');
    expect(cache.reflectors).toHaveLength(9);
    expect(cache.kinds.httpRoutes.absent).toBe(true);
    expect(cache.gatewayClass('infra/public')).toBeUndefined();
  });

  it('waits for a kind that it cannot do without', async () => {
    api.server.uninstall({ kind: 'Pod' });
    await start();
    expect(cache.hasSynced).toBe(false);
    expect(cache.kinds.pods.absent).toBe(false);
  });
});
