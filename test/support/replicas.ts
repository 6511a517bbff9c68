import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { shardCount } from '../../src/runtime/shards/shard-map.ts';
import { type AuditedRequest, isWrite, readAuditLog } from './audit-log.ts';
import type { ControllerRun } from './controller-run.ts';
import { CutOffProxy } from './cut-off-proxy.ts';
import type { InstalledController } from './installed-controller.ts';
import type { TestBed } from './test-bed.ts';

const namespace = 'understudy-system';

/** A replica: a release of the chart with one pod, which the test ends as it likes. */
export interface Replica {
  installed: InstalledController;
  run: ControllerRun;
  /** Between its pod and the API server, where the test may cut it. */
  network?: CutOffProxy;
}

/** Several controllers that share their Leases, each with a service account of its own, so that the audit log tells them apart. */
export class Replicas {
  readonly #bed: TestBed;
  readonly #leaderElection: Record<string, unknown>;

  constructor(bed: TestBed, leaderElection: Record<string, unknown>) {
    this.#bed = bed;
    this.#leaderElection = leaderElection;
  }

  /** `cutOff`: behind a network that the test may cut. */
  async start(name: string, shards: number, { cutOff = false } = {}): Promise<Replica> {
    const network = cutOff ? await this.#networkToApiServer() : undefined;
    const installed = await this.#bed.installController(
      {
        shards,
        userRoles: { create: false },
        config: { leaderElection: this.#leaderElection },
        // Where a pod finds the API server.
        ...(network && { extraEnv: [{ name: 'KUBERNETES_SERVICE_PORT', value: `${network.port}` }] }),
      },
      { release: name },
    );
    return { installed, run: installed.run, ...(network && { network }) };
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
    return Array.from({ length: shardCount }, (_, shard) =>
      replicaOf(holders.get(`understudy-shard-${String(shard).padStart(2, '0')}`)),
    );
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
    return replicaOf(lease?.['spec']?.holderIdentity as string | undefined);
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

  /** At the API server's own address, for which its certificate is. */
  async #networkToApiServer(): Promise<CutOffProxy> {
    const { apiServerUrl, inside } = this.#bed.cluster;
    const server = await this.#bed.cluster.listenInside(new URL(inside.apiServerUrl).hostname);
    const network = await CutOffProxy.start(new URL(apiServerUrl), server);
    this.#bed.atStop(() => network.stop());
    return network;
  }
}

/** `RELEASE-REPLICASET-POD_UUID` is how a pod of a Deployment signs a Lease; what is no pod's name is left as it is. */
const replicaOf = (holder = ''): string => holder.split('_')[0]!.replace(/-[^-]+-[^-]+$/, '');
