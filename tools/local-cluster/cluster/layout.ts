import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Addresses inside the cluster's network namespace. All clusters use the same ones: each has a namespace of
 * its own. 10.244.0.0/16 is local there as a whole, so that any address of it can be bound at once.
 */
export const network = {
  localRange: '10.244.0.0/16',
  podCidr: '10.244.64.0/18',
  simulatedPodCidr: '10.244.128.0/18',
  serviceCidr: '10.96.0.0/16',
  apiServer: { host: '10.244.0.1', port: 6443 },
  /** The node's own: who asks for logs of pods is led there. */
  kubelet: { host: '10.244.0.1', port: 10250 },
  gateway: { host: '10.244.0.2', port: 8080 },
  /** The port in the Gateway object. Contour has Envoy listen 8000 above it, as the Service of a real cluster expects. */
  gatewayListenerPort: 80,
  envoyMetrics: { host: '10.244.0.2', port: 8002 },
  prometheus: { host: '10.244.0.3', port: 9090 },
  etcdClient: { host: '127.0.0.1', port: 2379 },
  etcdPeer: { host: '127.0.0.1', port: 2380 },
  controllerManager: { host: '127.0.0.1', port: 10257 },
  contourXds: { host: '127.0.0.1', port: 8001 },
  contourHttp: { host: '127.0.0.1', port: 8000 },
  kwok: { host: '127.0.0.1', port: 10247 },
} as const;

export interface Endpoint {
  host: string;
  port: number;
}

export function urlOf(scheme: 'http' | 'https', endpoint: Endpoint): string {
  return `${scheme}://${endpoint.host}:${endpoint.port}`;
}

/** The objects that every cluster starts with, by name. */
export const names = {
  node: 'local',
  simulatedNode: 'simulated',
  gatewayClass: 'contour',
  gateway: 'public',
  gatewayNamespace: 'gateway',
  contourNamespace: 'projectcontour',
} as const;

/** The folder that holds one folder for each cluster of this user. */
export function clustersRoot(uid: number = process.getuid?.() ?? 0, temporary: string = tmpdir()): string {
  return join(temporary, `understudy-${uid}`);
}

/** What a cluster keeps on disk; all of it goes with the cluster. */
export function clusterFiles(folder: string) {
  const at = (...parts: string[]) => join(folder, ...parts);
  return {
    folder,
    state: at('state.json'),
    logs: at('logs'),
    log: (component: string) => at('logs', `${component}.log`),
    auditLog: at('audit.log'),
    auditPolicy: at('audit-policy.json'),
    tokens: at('tokens.csv'),
    serviceAccountKey: at('service-account.key'),
    serviceAccountPublicKey: at('service-account.pub'),
    certificates: at('certificates'),
    /** The API server's own certificate with its authority; it is the CA file for clients. */
    certificateAuthority: at('certificates', 'apiserver.crt'),
    certificateKey: at('certificates', 'apiserver.key'),
    etcdData: at('etcd'),
    prometheusData: at('prometheus'),
    prometheusConfig: at('prometheus.json'),
    scrapeTargets: at('scrape-targets.json'),
    contourConfig: at('contour.json'),
    envoyBootstrap: at('envoy.json'),
    envoyAdminSocket: at('envoy-admin.sock'),
    nodeAgentConfig: at('node-agent.json'),
    nodeAgentData: at('node-agent'),
    kwokConfig: at('kwok.yaml'),
    images: at('images.json'),
    hostKubeconfig: at('kubeconfig'),
    insideKubeconfig: (user: string) => at('kubeconfigs', `${user}.inside`),
    userKubeconfig: (user: string) => at('kubeconfigs', `${user}.host`),
    kubeconfigs: at('kubeconfigs'),
  };
}

export type ClusterFiles = ReturnType<typeof clusterFiles>;

const acceptedName = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Refuses a name that is no good as a folder name, naming what is accepted. */
export function checkClusterName(name: string): string {
  if (!acceptedName.test(name)) {
    throw new Error(
      `cluster name: found ${JSON.stringify(name)}; accepted are 1 to 40 lower-case letters, digits and "-", ` +
        'with a letter or digit at both ends',
    );
  }
  return name;
}
