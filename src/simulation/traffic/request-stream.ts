import { resourceKinds } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import type { DataPlane } from '../gateway/data-plane.ts';
import type { Random } from '../random.ts';
import { AnswerQualities, type AnswerQuality, bucketShares } from './answer-quality.ts';
import type { Client } from './clients.ts';
import { type Destination, type EndpointGroup, type Flow, flowOf } from './flows.ts';
import { clusterOf, GatewayCounters } from './gateway-counters.ts';
import { meanMs } from './latency.ts';
import { Ledger, type Served } from './ledger.ts';
import { Sessions } from './sessions.ts';

export interface TrafficOptions {
  clients: readonly Client[];
  /** How revisions answer of which nothing else is said. */
  quality?: AnswerQuality;
}

const { endpointSlice, pod } = resourceKinds;

/**
 * The requests of all users, split by what is routed and counted as the gateway counts them.
 *
 * Flow: nothing happens until somebody looks. From one change of what is routed to the next, nothing is different, so that all
 * requests in between are drawn at once: how many came (Poisson), where they went and how they fared (multinomial, binomial). Guarantees: each
 * request is split by what was routed when it came, and is in the ledger once; the cost is that of the backends, not of the
 * requests.
 */
export class RequestStream {
  readonly counters = new GatewayCounters();
  /** How each revision answers. */
  readonly qualities: AnswerQualities;
  readonly #ledger = new Ledger();
  readonly #dataPlane: DataPlane;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sessions = new Map<string, Sessions>();
  #clients: readonly Client[];
  #flows: readonly Flow[] = [];
  #settledMs: number;

  constructor(
    server: SimulatedApiServer,
    dataPlane: DataPlane,
    clock: Clock,
    random: Random,
    options: TrafficOptions,
  ) {
    this.#dataPlane = dataPlane;
    this.#clock = clock;
    this.#random = random;
    this.#clients = options.clients;
    this.qualities = new AnswerQualities(options.quality);
    this.#settledMs = clock.monotonic();
    server.onChange(({ kind }) => {
      if (kind === endpointSlice.kind || kind === pod.kind) this.#changed();
    });
    dataPlane.onProgrammed(() => this.#changed());
    this.qualities.onChange(() => this.#changed());
    this.#look();
  }

  get clients(): readonly Client[] {
    return this.#clients;
  }

  /** Who sends requests from now on. */
  set clients(clients: readonly Client[]) {
    this.settle();
    this.#clients = clients;
    this.#look();
  }

  /** What clients were served until now. */
  get ledger(): Ledger {
    this.settle();
    return this.#ledger;
  }

  /** Draws the requests that came since the last time. */
  settle(): void {
    const nowMs = this.#clock.monotonic();
    const elapsedMs = nowMs - this.#settledMs;
    if (elapsedMs <= 0) return;
    this.#settledMs = nowMs;
    for (const flow of this.#flows) this.#draw(flow, elapsedMs);
  }

  /** The gateway starts again, without a request lost: only what it has counted is. */
  restartGateway(): void {
    this.settle();
    this.counters.reset();
  }

  /** What is routed has just become something else; until now it was as it was seen last. */
  #changed(): void {
    this.settle();
    this.#look();
  }

  #look(): void {
    this.#flows = this.#clients.map((client) => flowOf(this.#dataPlane, client));
    this.counters.keepOnly(new Set(this.#dataPlane.backends.map(clusterOf)));
  }

  #draw(flow: Flow, elapsedMs: number): void {
    const { client, destinations, mirrors } = flow;
    const requests = this.#random.poisson((client.requestsPerSecond * elapsedMs) / 1000);
    if (requests === 0) return;
    if (!destinations.some(({ weight }) => weight > 0)) {
      const entry = this.#ledger.entry(client.name);
      entry.requests += requests;
      entry.fates.unrouted += requests;
      return;
    }
    const split = this.#random.multinomial(requests, this.#weightsOf(flow, elapsedMs));
    for (const [index, destination] of destinations.entries()) {
      this.#serve(destination, split[index]!, (revision) => this.#ledger.entry(client.name, revision));
    }
    for (const { percent, ...mirror } of mirrors) {
      const copies = this.#random.binomial(requests, percent / 100);
      this.#serve(mirror, copies, (revision) => this.#ledger.copyEntry(revision));
    }
  }

  #weightsOf({ sessions, destinations }: Flow, elapsedMs: number): number[] {
    if (sessions === undefined) return destinations.map(({ weight }) => weight);
    let kept = this.#sessions.get(sessions);
    if (!kept) this.#sessions.set(sessions, (kept = new Sessions(this.#random.fork(sessions))));
    return kept.after(elapsedMs, destinations);
  }

  #serve(destination: Destination, requests: number, entryOf: (revision?: string) => Served): void {
    if (requests === 0) return;
    const { groups, revision, cluster, crashed } = destination;
    if (groups.length === 0) {
      const entry = entryOf(revision);
      entry.requests += requests;
      entry.fates[crashed ? 'crashed' : 'noEndpoints'] += requests;
      if (cluster) this.counters.count(cluster, 503, requests, 0);
      return;
    }
    const split = this.#random.multinomial(
      requests,
      groups.map(({ endpoints }) => endpoints),
    );
    for (const [index, group] of groups.entries()) {
      this.#answer(group, split[index]!, entryOf(group.revision || revision), cluster);
    }
  }

  #answer(
    { revision, refuses }: EndpointGroup,
    requests: number,
    entry: Served,
    cluster: string | undefined,
  ): void {
    if (requests === 0) return;
    entry.requests += requests;
    if (refuses) {
      entry.fates[refuses === 'model' ? 'crashed' : 'gone'] += requests;
      if (cluster) this.counters.count(cluster, 503, requests, 0);
      return;
    }
    const quality = this.qualities.of(revision);
    const failed = this.#random.binomial(requests, quality.errorRate);
    entry.fates.failed += failed;
    entry.fates.answered += requests - failed;
    const buckets = this.#random.multinomial(requests, bucketShares(quality));
    for (const [index, count] of buckets.entries()) entry.buckets[index]! += count;
    if (!cluster) return;
    this.counters.count(cluster, 200, requests - failed, requests - failed);
    this.counters.count(cluster, 500, failed, failed);
    this.counters.observe(cluster, buckets, requests * meanMs(quality));
  }
}
