import { latencyBoundsMs } from './latency.ts';

/**
 * What became of a request. `failed` and `crashed` are the model's own doing: it answered with an error, or nobody answered because it
 * crashed. The others are not: `gone`, a pod that was taken away and is still listed; `noEndpoints`, a backend without ready pods, of
 * which none crashed; `unrouted`, a host or path that the gateway knows nothing of.
 */
export type Fate = 'answered' | 'failed' | 'crashed' | 'gone' | 'noEndpoints' | 'unrouted';

export const badByModel: readonly Fate[] = ['failed', 'crashed'];
export const badOtherwise: readonly Fate[] = ['gone', 'noEndpoints', 'unrouted'];

/** What clients were served by one revision, or by nobody. */
export interface Served {
  requests: number;
  fates: Record<Fate, number>;
  /** Answered requests by the bucket of `latencyBoundsMs` that they fall into; the last one has no end. */
  buckets: number[];
}

export const nothingServed = (): Served => ({
  requests: 0,
  fates: { answered: 0, failed: 0, crashed: 0, gone: 0, noEndpoints: 0, unrouted: 0 },
  buckets: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
});

export const badOf = ({ fates }: Served, causes: readonly Fate[]): number =>
  causes.reduce((sum, fate) => sum + fates[fate], 0);

/** Answers that took longer than a bound of the histogram. */
export const slowerThan = ({ buckets }: Served, boundMs: number): number =>
  buckets.reduce(
    (sum, count, index) => sum + ((latencyBoundsMs[index] ?? Infinity) > boundMs ? count : 0),
    0,
  );

/**
 * The truth about every request, told by those who sent them and not by what was scraped. Copies are kept apart: nobody waits for their
 * answers.
 */
export class Ledger {
  readonly #served = new Map<string, Map<string, Served>>();
  readonly #copies = new Map<string, Served>();

  /** For whoever draws the requests. Without a revision nobody can be told to have served them. */
  entry(client: string, revision = ''): Served {
    let byRevision = this.#served.get(client);
    if (!byRevision) this.#served.set(client, (byRevision = new Map()));
    return entryOf(byRevision, revision);
  }

  copyEntry(revision = ''): Served {
    return entryOf(this.#copies, revision);
  }

  /** What a revision served, of one client's requests or of all. */
  ofRevision(revision: string, client?: string): Served {
    return sumOf(this.#entries(client).flatMap((byRevision) => byRevision.get(revision) ?? []));
  }

  /** What nobody served: there was no route, or a Service without endpoints that belongs to no revision. */
  ofNobody(client?: string): Served {
    return this.ofRevision('', client);
  }

  /** All requests, of one client or of all. */
  total(client?: string): Served {
    return sumOf(this.#entries(client).flatMap((byRevision) => [...byRevision.values()]));
  }

  /** What became of the copies that a revision got. */
  copiesTo(revision: string): Served {
    return sumOf([this.#copies.get(revision) ?? []].flat());
  }

  /** The revisions that had requests, in the order of their first. */
  get revisions(): string[] {
    const all = this.#entries(undefined).flatMap((byRevision) => [...byRevision.keys()]);
    return [...new Set(all)].filter((revision) => revision !== '');
  }

  /** What was served until now, to be compared with later. */
  snapshot(): LedgerSnapshot {
    const copyOf = (entries: ReadonlyMap<string, Served>) =>
      new Map([...entries].map(([revision, served]) => [revision, sumOf([served])]));
    const served = new Map<string, Served>();
    for (const revision of ['', ...this.revisions]) served.set(revision, this.ofRevision(revision));
    return { served, copies: copyOf(this.#copies) };
  }

  #entries(client: string | undefined): Map<string, Served>[] {
    if (client === undefined) return [...this.#served.values()];
    return [this.#served.get(client) ?? []].flat();
  }
}

/** What a ledger held at one moment, by revision; under the empty name what nobody served. */
export interface LedgerSnapshot {
  served: ReadonlyMap<string, Served>;
  copies: ReadonlyMap<string, Served>;
}

/** What was served between two moments. */
export function servedBetween(earlier: Served | undefined, later: Served | undefined): Served {
  const before = earlier ?? nothingServed();
  const after = later ?? nothingServed();
  return {
    requests: after.requests - before.requests,
    fates: Object.fromEntries(
      Object.entries(after.fates).map(([fate, count]) => [fate, count - before.fates[fate as Fate]]),
    ) as Record<Fate, number>,
    buckets: after.buckets.map((count, index) => count - before.buckets[index]!),
  };
}

function entryOf(entries: Map<string, Served>, revision: string): Served {
  let entry = entries.get(revision);
  if (!entry) entries.set(revision, (entry = nothingServed()));
  return entry;
}

function sumOf(entries: readonly Served[]): Served {
  const sum = nothingServed();
  for (const { requests, fates, buckets } of entries) {
    sum.requests += requests;
    for (const [fate, count] of Object.entries(fates)) sum.fates[fate as Fate] += count;
    for (const [index, count] of buckets.entries()) sum.buckets[index]! += count;
  }
  return sum;
}
