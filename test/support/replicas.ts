import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { permissions } from '../../src/kubernetes/permissions.ts';
import { shardCount } from '../../src/runtime/shards/shard-map.ts';
import { type AuditedRequest, isWrite, readAuditLog } from './audit-log.ts';
import { ControllerProcess } from './controller-process.ts';
import { CutOffProxy } from './cut-off-proxy.ts';
import type { TestBed } from './test-bed.ts';

const namespace = 'understudy-system';

/** Several controllers, each with a service account of its own, so that the audit log tells them apart. */
export class Replicas {
  readonly #bed: TestBed;
  readonly #leaderElection: Record<string, unknown>;

  constructor(bed: TestBed, leaderElection: Record<string, unknown>) {
    this.#bed = bed;
    this.#leaderElection = leaderElection;
  }

  /** `cutOff`: behind a network that the test may cut. */
  async start(
    name: string,
    shards: number,
    { cutOff = false } = {},
  ): Promise<{ replica: ControllerProcess; network?: CutOffProxy }> {
    const bed = this.#bed;
    await this.#authorize(name);
    const { kubeconfigPath } = await bed.cluster.writeKubeconfig({ namespace, serviceAccount: name });
    const network = cutOff ? await behindProxy(kubeconfigPath) : undefined;
    if (network) bed.atStop(() => network.stop());
    const replica = await ControllerProcess.start({
      name,
      kubeconfigPath,
      config: { leaderElection: this.#leaderElection, shards },
    });
    bed.atStop(() => replica.stop('SIGKILL'));
    return { replica, ...(network && { network }) };
  }

  /** Who holds each shard; empty for nobody. */
  async holders(): Promise<string[]> {
    const leases = await this.#bed.list(
      resourceKinds.lease,
      namespace,
      'understudy.dev/shards-of=understudy',
    );
    const holders = new Map(
      leases.map(({ metadata, spec }) => [metadata.name, spec?.holderIdentity as string]),
    );
    return Array.from({ length: shardCount }, (_, shard) => {
      const holder = holders.get(`understudy-shard-${String(shard).padStart(2, '0')}`) ?? '';
      return holder.split('_')[0]!;
    });
  }

  /** How many shards each replica holds. */
  async shares(): Promise<Record<string, number>> {
    const shares: Record<string, number> = {};
    for (const holder of await this.holders()) shares[holder] = (shares[holder] ?? 0) + 1;
    return shares;
  }

  /** Who holds the Lease of a single leader. */
  async leader(): Promise<string> {
    const lease = await this.#bed.get(resourceKinds.lease, 'understudy', namespace);
    return ((lease?.['spec']?.holderIdentity as string | undefined) ?? '').split('_')[0]!;
  }

  /** What a replica has changed, without Leases and events. */
  writesOf(name: string, sinceMs = 0): AuditedRequest[] {
    return readAuditLog(this.#bed.cluster.auditLogPath).filter(
      (request) =>
        request.user === `system:serviceaccount:${namespace}:${name}` &&
        isWrite(request) &&
        request.code < 300 &&
        request.receivedAtMs >= sinceMs &&
        !['leases', 'events'].includes(request.resource),
    );
  }

  /** The chart's rights, with those that it gives where shards are on. */
  async #authorize(name: string): Promise<void> {
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const rbac = 'rbac.authorization.k8s.io';
    const bind = (kind: string, scope: object, role: { kind: string; name: string }) =>
      this.#bed.apply({
        apiVersion: `${rbac}/v1`,
        kind,
        metadata: { name: `${role.name}-${name}`, ...scope },
        roleRef: { apiGroup: rbac, ...role },
        subjects,
      });
    const rules = permissions
      .filter(({ feature }) => feature === 'shards')
      .map(({ apiGroup, resources, verbs }) => ({ apiGroups: [apiGroup], resources, verbs }));
    await this.#bed.apply({
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name: 'understudy-shards', namespace },
      rules,
    });
    await this.#bed.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
    await bind('ClusterRoleBinding', {}, { kind: 'ClusterRole', name: 'understudy' });
    await bind('RoleBinding', { namespace }, { kind: 'Role', name: 'understudy-leader-election' });
    await bind('RoleBinding', { namespace }, { kind: 'Role', name: 'understudy-shards' });
  }
}

/** Changes the kubeconfig so that it leads through a proxy. */
async function behindProxy(kubeconfigPath: string): Promise<CutOffProxy> {
  const kubeconfig = parse(readFileSync(kubeconfigPath, 'utf8'));
  const server = new URL(kubeconfig.clusters[0].cluster.server as string);
  const proxy = await CutOffProxy.start(server);
  kubeconfig.clusters[0].cluster.server = `https://${server.hostname}:${proxy.port}`;
  writeFileSync(kubeconfigPath, stringify(kubeconfig));
  return proxy;
}
