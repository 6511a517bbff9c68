import { writeFile } from 'node:fs/promises';
import { network, urlOf } from '../cluster/layout.ts';
import type { ComponentSpec } from './component.ts';
import type { ComponentContext } from './context.ts';

/** The store. It need not survive a power cut, so it does not wait for the disk. */
export function etcd({ files, binaries, namespace }: ComponentContext): ComponentSpec {
  const client = urlOf('http', network.etcdClient);
  const peer = urlOf('http', network.etcdPeer);
  return {
    name: 'etcd',
    command: binaries.etcd,
    args: [
      '--name=local',
      `--data-dir=${files.etcdData}`,
      '--unsafe-no-fsync',
      // Ten thousand ModelDeployments and what belongs to them, between two compactions, take more than the 2 GiB that it would stop at.
      '--quota-backend-bytes=8589934592',
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=local=${peer}`,
      '--log-level=warn',
    ],
    isReady: () => namespace.canConnect(network.etcdClient),
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 3000,
  };
}

/** Who asked what of the API server, without the bodies: enough to count requests by user, verb and kind. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

export function kubeApiServer({ files, binaries, kube }: ComponentContext): ComponentSpec {
  return {
    name: 'kube-apiserver',
    command: binaries['kube-apiserver'],
    args: [
      `--etcd-servers=${urlOf('http', network.etcdClient)}`,
      `--secure-port=${network.apiServer.port}`,
      // All addresses of the namespace. It also puts "localhost" into the certificate, the name by which the host calls.
      '--bind-address=0.0.0.0',
      `--advertise-address=${network.apiServer.host}`,
      '--endpoint-reconciler-type=none',
      `--cert-dir=${files.certificates}`,
      `--service-account-key-file=${files.serviceAccountPublicKey}`,
      `--service-account-signing-key-file=${files.serviceAccountKey}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      '--authorization-mode=RBAC',
      `--token-auth-file=${files.tokens}`,
      `--service-cluster-ip-range=${network.serviceCidr}`,
      `--audit-policy-file=${files.auditPolicy}`,
      `--audit-log-path=${files.auditLog}`,
      // Megabytes; by default it would start a new file at 100.
      '--audit-log-maxsize=10000',
      // The name of a node leads nowhere.
      '--kubelet-preferred-address-types=InternalIP',
      '--allow-privileged=true',
      '--profiling=false',
    ],
    isReady: async () => (await kube.getText('/readyz')) === 'ok',
    readyTimeoutMs: 60_000,
    // Its graceful end waits for clients to close their connections, which those that watch do not.
    stopTimeoutMs: 1500,
  };
}

export function kubeControllerManager({ files, binaries, kube, namespace }: ComponentContext): ComponentSpec {
  return {
    name: 'kube-controller-manager',
    command: binaries['kube-controller-manager'],
    args: [
      `--kubeconfig=${files.insideKubeconfig('kube-controller-manager')}`,
      '--leader-elect=false',
      `--bind-address=${network.controllerManager.host}`,
      `--secure-port=${network.controllerManager.port}`,
      '--controllers=*,-nodeipam,-cloud-node-lifecycle,-service-lb-controller,-node-route-controller',
      `--root-ca-file=${files.certificateAuthority}`,
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--profiling=false',
    ],
    // Besides its port: what it makes for every namespace, without which no pod can be made.
    isReady: async () => {
      if (!(await namespace.canConnect(network.controllerManager))) return false;
      const path = '/api/v1/namespaces/default';
      await Promise.all([
        kube.get(`${path}/configmaps/kube-root-ca.crt`),
        kube.get(`${path}/serviceaccounts/default`),
      ]);
      return true;
    },
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 3000,
  };
}

export async function writeControlPlaneFiles({ files }: ComponentContext): Promise<void> {
  await writeFile(files.auditPolicy, JSON.stringify(auditPolicy));
}
