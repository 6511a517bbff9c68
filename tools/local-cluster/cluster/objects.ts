import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeClient } from './kube-client.ts';
import { names, network } from './layout.ts';
import { waitUntil } from './wait-until.ts';

const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const establishedTimeoutMs = 30_000;

/** The YAML documents of a CRD file with the name of each. The text goes to the API server as it is. */
export function splitCrds(text: string): { name: string; yaml: string }[] {
  return text
    .split(/^---.*$/m)
    .filter((yaml) => /^kind: CustomResourceDefinition$/m.test(yaml))
    .map((yaml) => {
      const name = /^ {2}name: (\S+)$/m.exec(yaml)?.[1];
      if (name === undefined) throw new Error('a CustomResourceDefinition without metadata.name');
      return { name, yaml };
    });
}

/** Applies every CRD in the YAML files of these folders, and waits until they are served. */
export async function applyCrds(kube: KubeClient, folders: string[], signal?: AbortSignal): Promise<void> {
  const crds = (await Promise.all(folders.map(readCrds))).flat();
  await Promise.all(crds.map(({ name, yaml }) => kube.apply(`${crdPath}/${name}`, yaml)));
  await waitUntil(
    async () => {
      const list = await kube.get<{ items: Crd[] }>(crdPath);
      const established = new Set(list.items.filter(isEstablished).map((crd) => crd.metadata.name));
      return crds.every(({ name }) => established.has(name));
    },
    { what: 'the custom resource definitions', timeoutMs: establishedTimeoutMs, intervalMs: 100, signal },
  );
}

interface Crd {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string }[] };
}

const isEstablished = (crd: Crd) =>
  crd.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;

async function readCrds(folder: string): Promise<{ name: string; yaml: string }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap(splitCrds);
}

/** The namespaces, the GatewayClass and the Gateway that every cluster starts with. */
export async function applyGatewayObjects(kube: KubeClient): Promise<void> {
  const namespaceObject = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await Promise.all(
    [names.contourNamespace, names.gatewayNamespace].map((name) =>
      kube.apply(`/api/v1/namespaces/${name}`, namespaceObject(name)),
    ),
  );
  const api = '/apis/gateway.networking.k8s.io/v1';
  await kube.apply(`${api}/gatewayclasses/${names.gatewayClass}`, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: names.gatewayClass },
    spec: { controllerName: gatewayController },
  });
  await acceptGatewayClass(kube, `${api}/gatewayclasses/${names.gatewayClass}`);
  await kube.apply(`${api}/namespaces/${names.gatewayNamespace}/gateways/${names.gateway}`, gatewayObject);
  await kube.apply(`/api/v1/namespaces/${names.contourNamespace}/services/envoy`, envoyService);
  await kube.apply(`${api}/namespaces/${names.gatewayNamespace}/httproutes/ready`, readyRoute);
}

/** Contour reports on a class only where its provisioner runs; here the tool stands in for that one. */
async function acceptGatewayClass(kube: KubeClient, path: string): Promise<void> {
  const object = await kube.get<{ metadata: { generation: number } }>(path);
  const condition = {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'The local cluster runs one Contour for this class.',
    observedGeneration: object.metadata.generation,
    lastTransitionTime: new Date().toISOString(),
  };
  await kube.apply(
    path,
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: names.gatewayClass },
      status: { conditions: [condition] },
    },
    '/status',
  );
}

const gatewayController = 'projectcontour.io/gateway-controller';

const gatewayObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: names.gateway, namespace: names.gatewayNamespace },
  spec: {
    gatewayClassName: names.gatewayClass,
    listeners: [
      {
        name: 'http',
        protocol: 'HTTP',
        port: network.gatewayListenerPort,
        allowedRoutes: { namespaces: { from: 'All' } },
      },
    ],
  },
};

/**
 * Contour opens a listener only while it has a route. This one keeps it open, so that the gateway answers from
 * the start, and does not close when the last route of a test goes. It serves a host that nobody asks for.
 */
const readyRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'ready', namespace: names.gatewayNamespace },
  spec: {
    parentRefs: [{ name: names.gateway }],
    hostnames: ['ready.local-cluster.internal'],
    rules: [
      {
        matches: [{ path: { type: 'Exact', value: '/ready' } }],
        filters: [
          {
            type: 'RequestRedirect',
            requestRedirect: { statusCode: 302, path: { type: 'ReplaceFullPath', replaceFullPath: '/' } },
          },
        ],
      },
    ],
  },
};

const envoyService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'envoy', namespace: names.contourNamespace },
  spec: {
    type: 'ClusterIP',
    ports: [{ name: 'http', port: network.gatewayListenerPort, targetPort: network.gateway.port }],
  },
};

/**
 * A node that kwok keeps ready. A pod gets there by `spec.nodeName: simulated`, or by the node selector
 * `type: kwok` and a toleration of the taint, which keeps the others away.
 */
export async function applySimulatedNode(kube: KubeClient): Promise<void> {
  await kube.apply(`/api/v1/nodes/${names.simulatedNode}`, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: names.simulatedNode,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'kubernetes.io/hostname': names.simulatedNode, type: 'kwok' },
    },
    spec: {
      podCIDR: network.simulatedPodCidr,
      taints: [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }],
    },
  });
}
