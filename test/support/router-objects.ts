import { withDefaults } from '../../src/api/defaults.ts';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import type { ObjectWrite } from '../../src/kubernetes/object-write.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { apexService, type ApexPort } from '../../src/routers/objects/apex-service.ts';
import {
  previewName,
  revisionLabels,
  revisionObjectName,
  revisionSelector,
} from '../../src/routers/objects/labels.ts';
import { ownerReference } from '../../src/routers/objects/owner-reference.ts';
import type { RouterObjects } from '../../src/routers/router.ts';
import type { ApexSelection } from '../../src/domain/traffic/split.ts';

/** Live objects of one ModelDeployment for tests, as the API server and its controllers would show them. */

export const namespace = 'ml';
export const name = 'sentiment';
export const stable = 'sssssssss2';
export const candidate = 'ccccccccc2';
export const other = 'ttttttttt2';
export const owner = { namespace, name, uid: 'md-uid' };

export const template = {
  spec: {
    containers: [{ name: 'server', image: 'digits:1', ports: [{ name: 'http', containerPort: 8080 }] }],
  },
};

export const deploymentWith = (spec: Partial<ModelDeploymentSpec> = {}): RouterObjects['deployment'] => ({
  ...owner,
  spec: withDefaults({ serving: { workload: { template } }, ...spec }),
});

let version = 0;

/** What the API server adds to every object. */
export const stored = (object: KubernetesObject, generation = 1): KubernetesObject => {
  version += 1;
  return {
    ...object,
    metadata: {
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...object.metadata,
      uid: object.metadata.uid ?? `uid-${object.kind}-${object.metadata.name}`,
      generation,
      resourceVersion: String(version),
    },
  };
};

/** A Service with the fields that the API server fills in. */
export const storedService = (service: KubernetesObject): KubernetesObject =>
  stored({
    ...service,
    spec: {
      ...service.spec,
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  });

export const apexSelecting = (selection: ApexSelection, port: ApexPort = { port: 80, targetPort: 'http' }) =>
  storedService(apexService(owner, selection, port));

export const revisionServiceOf = (revision: string, port: ApexPort = { port: 80, targetPort: 'http' }) =>
  storedService({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      namespace,
      name: revisionObjectName(name, revision),
      labels: revisionLabels(name, revision),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { selector: revisionSelector(name, revision), ports: [{ name: 'http', protocol: 'TCP', ...port }] },
  });

export interface PodOptions {
  ready?: boolean;
  live?: boolean;
  terminating?: boolean;
  createdAt?: string;
}

export const pod = (revision: string, suffix: string, options: PodOptions = {}): KubernetesObject => {
  const { ready = true, live = false, terminating = false, createdAt = '2026-01-01T00:00:00Z' } = options;
  return stored({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${revisionObjectName(name, revision)}-5f6d7-${suffix}`,
      uid: `pod-${revision}-${suffix}`,
      creationTimestamp: createdAt,
      labels: { ...revisionSelector(name, revision), ...(live ? { 'understudy.dev/live': 'true' } : {}) },
      ...(terminating ? { deletionTimestamp: '2026-01-01T00:01:00Z' } : {}),
    },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
};

export const isServing = ({ metadata, status }: KubernetesObject): boolean =>
  metadata.deletionTimestamp === undefined && status.conditions[0].status === 'True';

/** The EndpointSlice of a Service with these pods. */
export const sliceOf = (service: string, pods: readonly KubernetesObject[]): KubernetesObject =>
  stored({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace,
      name: `${service}-x7k2p`,
      labels: { 'kubernetes.io/service-name': service, 'understudy.dev/model-deployment': name },
    },
    endpoints: pods.map((one) => ({
      addresses: ['10.244.0.9'],
      conditions: { ready: isServing(one), terminating: one.metadata.deletionTimestamp !== undefined },
      targetRef: { kind: 'Pod', namespace, name: one.metadata.name, uid: one.metadata.uid },
    })),
  });

/** The slice that the endpoints' controller makes for the apex Service as it is. */
export function apexSlice({
  apexService: apex,
  pods,
}: Pick<RouterObjects, 'apexService' | 'pods'>): KubernetesObject {
  const selector = Object.entries(apex?.spec.selector ?? { nothing: 'at all' });
  return sliceOf(
    name,
    pods.filter(({ metadata }) => selector.every(([key, value]) => metadata.labels?.[key] === value)),
  );
}

export const objectsWith = (objects: Partial<RouterObjects> = {}): RouterObjects => ({
  deployment: deploymentWith(),
  revisionServices: [stable, candidate, other].map((revision) => revisionServiceOf(revision)),
  endpointSlices: [],
  pods: [],
  gatewayAPIInstalled: true,
  gateways: [],
  ...objects,
});

/** Carries out one write as the API server would, for the objects that routers write. */
export function carryOut(objects: RouterObjects, write: ObjectWrite): RouterObjects {
  if (write.verb === 'create' || write.verb === 'apply') {
    const { object } = write;
    const field = fieldOf(object.kind, object.metadata.name);
    if (object.kind === 'Service') return { ...objects, [field]: storedService(object) };
    return { ...objects, [field]: stored(object, (objects[field]?.metadata.generation ?? 0) + 1) };
  }
  if (write.verb !== 'patch') return { ...objects, [fieldOf(write.kind.kind, write.name.name)]: undefined };
  const change = (object: KubernetesObject): KubernetesObject => {
    const copy = structuredClone(object);
    for (const operation of write.operations) {
      const keys = operation.path
        .slice(1)
        .split('/')
        .map((key) => key.replaceAll('~1', '/'));
      const last = keys.pop()!;
      const parent = keys.reduce<Record<string, unknown>>(
        (at, key) => at[key] as Record<string, unknown>,
        copy as Record<string, unknown>,
      );
      if (operation.op === 'test' && parent[last] !== operation.value)
        throw new Error(`conflict at ${operation.path}`);
      if (operation.op === 'remove') delete parent[last];
      if (operation.op === 'add' || operation.op === 'replace') parent[last] = operation.value;
    }
    return stored(copy);
  };
  return write.kind.kind === 'Pod'
    ? {
        ...objects,
        pods: objects.pods.map((one) => (one.metadata.name === write.name.name ? change(one) : one)),
      }
    : changeIn(objects, fieldOf(write.kind.kind, write.name.name), change);
}

type Field = 'apexService' | 'httpRoute' | 'previewService' | 'previewRoute';

const fieldOf = (kind: string, objectName: string): Field => {
  if (objectName === previewName(name)) return kind === 'Service' ? 'previewService' : 'previewRoute';
  return kind === 'Service' ? 'apexService' : 'httpRoute';
};

function changeIn(
  objects: RouterObjects,
  field: Field,
  change: (object: KubernetesObject) => KubernetesObject,
): RouterObjects {
  const live = objects[field];
  return live ? { ...objects, [field]: change(live) } : objects;
}

/** A write in a few words, to compare sequences of writes. */
export function inWords(write: ObjectWrite): string {
  if (write.verb === 'create' || write.verb === 'apply')
    return `${write.verb} ${write.object.kind} ${write.object.metadata.name}`;
  if (write.verb !== 'patch') return `${write.verb} ${write.kind.kind} ${write.name.name}`;
  const [, change] = write.operations;
  const what = change?.path.includes('~1live') ? (change.op === 'remove' ? 'unlabel' : 'label') : 'patch';
  return `${what} ${write.kind.kind} ${write.name.name}`;
}
