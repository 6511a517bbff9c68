import { ApiError, untilAnswered, type ApiClient } from './api-client.ts';
import type { Node, Pod } from './kubernetes-types.ts';
import { log } from './log.ts';
import { chooseNode } from './node-choice.ts';
import { timestamp } from './pod-status.ts';

/**
 * Binds pods that have no node. Nodes and pods are told to it by the watches; a pod that fits nowhere
 * stays Pending, says why in its condition, and is tried again when a node changes.
 */
export class Scheduler {
  private readonly client: ApiClient;
  private readonly signal: AbortSignal;
  private readonly nodes = new Map<string, Node>();
  private readonly pending = new Map<string, Pod>();
  private readonly ownNode: string;
  private readonly bindings = new Map<string, number>();
  /** Pods with a request under way, so that the same pod is never bound twice at once. */
  private readonly busy = new Set<string>();

  constructor(client: ApiClient, ownNode: string, signal: AbortSignal) {
    this.client = client;
    this.ownNode = ownNode;
    this.signal = signal;
  }

  observeNodes(nodes: Node[]): void {
    this.nodes.clear();
    for (const node of nodes) this.nodes.set(node.metadata.name, node);
    this.tryPending();
  }

  observeNode(node: Node): void {
    this.nodes.set(node.metadata.name, node);
    this.tryPending();
  }

  observeNodeDeletion(node: Node): void {
    this.nodes.delete(node.metadata.name);
  }

  observePods(pods: Pod[]): void {
    this.pending.clear();
    for (const pod of pods) this.observePod(pod);
  }

  observePod(pod: Pod): void {
    const ours = (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler';
    const gated = (pod.spec.schedulingGates ?? []).length > 0;
    if (!ours || gated || pod.spec.nodeName || pod.metadata.deletionTimestamp) {
      this.pending.delete(pod.metadata.uid);
      return;
    }
    this.pending.set(pod.metadata.uid, pod);
    void this.schedule(pod);
  }

  observePodGone(pod: Pod): void {
    this.pending.delete(pod.metadata.uid);
  }

  private tryPending(): void {
    for (const pod of this.pending.values()) void this.schedule(pod);
  }

  private async schedule(pod: Pod): Promise<void> {
    const { uid, name, namespace } = pod.metadata;
    if (this.busy.has(uid) || this.signal.aborted) return;
    this.busy.add(uid);
    try {
      await untilAnswered(`scheduling of ${namespace}/${name}`, this.signal, async () => {
        const choice = chooseNode(pod, [...this.nodes.values()], (node) => this.rank(node));
        if ('refusal' in choice) await this.report(pod, choice.refusal);
        else await this.bind(pod, choice.node);
      });
    } catch (error) {
      // Gone, or bound by somebody else: both reach us through the watch as well.
      const overtaken = error instanceof ApiError && (error.status === 404 || error.status === 409);
      if (!overtaken) log(`${namespace}/${name} could not be scheduled`, error);
    } finally {
      this.busy.delete(uid);
    }
  }

  /** Our own node first: others are simulated ones, for pods that ask for them. */
  private rank(node: string): number {
    return node === this.ownNode ? -1 : (this.bindings.get(node) ?? 0);
  }

  private async bind(pod: Pod, node: string): Promise<void> {
    const { uid, name, namespace } = pod.metadata;
    await this.client.create(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    });
    this.pending.delete(uid);
    this.bindings.set(node, (this.bindings.get(node) ?? 0) + 1);
  }

  private async report(pod: Pod, message: string): Promise<void> {
    const before = pod.status?.conditions?.find((c) => c.type === 'PodScheduled');
    if (before?.status === 'False' && before.message === message) return;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: before?.status === 'False' ? before.lastTransitionTime : timestamp(Date.now()),
    };
    const { uid, name, namespace } = pod.metadata;
    await this.client.patch(
      `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      { metadata: { uid }, status: { conditions: [condition] } },
      'strategic-merge-patch',
    );
  }
}
