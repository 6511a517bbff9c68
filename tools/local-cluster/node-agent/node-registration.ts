import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { ApiError, untilAnswered, type ApiClient } from './api-client.ts';
import type { AgentConfig } from './config.ts';
import type { Condition, Node } from './kubernetes-types.ts';
import { log } from './log.ts';
import { pause } from './pause.ts';
import { timestamp } from './pod-status.ts';

const leaseSeconds = 40;
const renewMs = 10_000;
const statusMs = 300_000;
const conflictPauseMs = 50;
const maxPods = '1000';
const kubeletVersion = 'v1.36.0-processes';
/** Set by the admission of new nodes and by the node lifecycle controller; they hold until somebody lifts them. */
const liftedTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Makes this machine a Node that is ready, and keeps it so: object, status, taints and Lease. */
export class NodeRegistration {
  private readonly client: ApiClient;
  private readonly config: AgentConfig;
  private readonly signal: AbortSignal;
  private readonly path: string;
  private readySince = timestamp(Date.now());
  private repairing = false;

  constructor(client: ApiClient, config: AgentConfig, signal: AbortSignal) {
    this.client = client;
    this.config = config;
    this.signal = signal;
    this.path = `/api/v1/nodes/${config.nodeName}`;
  }

  /** Resolves when the API server knows a ready node without taints. */
  async register(): Promise<void> {
    await untilAnswered('registration of the node', this.signal, async () => {
      await this.createNode();
      await this.renewLease();
      await this.writeStatus();
      await this.liftTaints();
    });
  }

  /** Renews the Lease every 10 s and the status every 5 min until the signal aborts. */
  async keepAlive(): Promise<void> {
    let statusWrittenAt = Date.now();
    while (!this.signal.aborted) {
      await pause(renewMs, this.signal);
      if (this.signal.aborted) return;
      try {
        await this.renewLease();
        if (Date.now() - statusWrittenAt >= statusMs) {
          await this.writeStatus();
          statusWrittenAt = Date.now();
        }
      } catch (error) {
        log('the Lease of the node could not be renewed', error);
      }
    }
  }

  /** Somebody changed the node: while the API server was away, it can have been marked unreachable. */
  observe(node: Node): void {
    if (node.metadata.name !== this.config.nodeName || this.signal.aborted) return;
    const ready = node.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True';
    const tainted = node.spec?.taints?.some((taint) => liftedTaints.includes(taint.key)) === true;
    if (!ready || tainted) this.repair();
  }

  /** Somebody deleted a node: ours comes back. */
  observeDeletion(node: Node): void {
    if (node.metadata.name === this.config.nodeName && !this.signal.aborted) this.repair();
  }

  private repair(): void {
    if (this.repairing) return;
    this.repairing = true;
    this.register()
      .catch((error: unknown) => log('the node could not be repaired', error))
      .finally(() => (this.repairing = false));
  }

  private async createNode(): Promise<void> {
    const { nodeName, pods } = this.config;
    const labels = {
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': platform(),
      'kubernetes.io/arch': arch() === 'x64' ? 'amd64' : arch(),
    };
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, labels },
      spec: { podCIDR: pods.cidr, podCIDRs: [pods.cidr] },
    };
    try {
      await this.client.create('/api/v1/nodes', node);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      await this.client.patch(this.path, { metadata: { labels } }, 'merge-patch');
    }
  }

  private async writeStatus(): Promise<void> {
    const now = timestamp(Date.now());
    const condition = (
      type: string,
      status: Condition['status'],
      reason: string,
      message: string,
    ): Condition => ({
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: this.readySince,
    });
    const resources = { cpu: String(cpus().length), memory: String(totalmem()), pods: maxPods };
    const status = {
      capacity: resources,
      allocatable: resources,
      conditions: [
        condition('Ready', 'True', 'NodeAgentReady', 'the node agent runs pods as processes'),
        condition('MemoryPressure', 'False', 'NotMeasured', 'the node agent does not watch memory'),
        condition('DiskPressure', 'False', 'NotMeasured', 'the node agent does not watch disks'),
        condition('PIDPressure', 'False', 'NotMeasured', 'the node agent does not watch process ids'),
      ],
      addresses: [
        { type: 'InternalIP', address: this.config.nodeAddress },
        { type: 'Hostname', address: this.config.nodeName },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: this.config.kubelet.port } },
      nodeInfo: {
        architecture: arch() === 'x64' ? 'amd64' : arch(),
        operatingSystem: platform(),
        kernelVersion: release(),
        osImage: hostname(),
        kubeletVersion,
        containerRuntimeVersion: 'processes://1',
        kubeProxyVersion: '',
        machineID: '',
        systemUUID: '',
        bootID: '',
      },
    };
    await this.client.patch(`${this.path}/status`, { status }, 'strategic-merge-patch');
  }

  /** The node lifecycle controller writes the same list: who is overtaken reads it again. */
  private async liftTaints(): Promise<void> {
    while (!this.signal.aborted) {
      const node = await this.client.get<Node>(this.path);
      const taints = node.spec?.taints ?? [];
      const kept = taints.filter((taint) => !liftedTaints.includes(taint.key));
      if (kept.length === taints.length) return;
      const { resourceVersion } = node.metadata;
      try {
        await this.client.patch(
          this.path,
          { metadata: { resourceVersion }, spec: { taints: kept } },
          'merge-patch',
        );
        return;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        await pause(conflictPauseMs, this.signal);
      }
    }
  }

  private async renewLease(): Promise<void> {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const { nodeName } = this.config;
    const spec = {
      holderIdentity: nodeName,
      leaseDurationSeconds: leaseSeconds,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    };
    try {
      await this.client.patch(`${leases}/${nodeName}`, { spec }, 'merge-patch');
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      const metadata = { name: nodeName, namespace: 'kube-node-lease' };
      await this.createLease(leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
    }
  }

  /** A fresh API server makes the namespace of node leases a moment after it serves. */
  private async createLease(path: string, lease: unknown): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.client.create(path, lease);
        return;
      } catch (error) {
        const missingNamespace = error instanceof ApiError && error.status === 404;
        if (!missingNamespace || attempt >= 50 || this.signal.aborted) throw error;
        await pause(200, this.signal);
      }
    }
  }
}
