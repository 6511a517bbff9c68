import { NotLeaderError } from '../runtime/leader-guard.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ReconcileContext, Reconciler, ReconcileResult } from '../runtime/reconciler.ts';
import type { ShardMap } from '../runtime/shards/shard-map.ts';
import type { Term } from '../runtime/shards/shard-term.ts';

export interface ShardedWorkOptions {
  map: ShardMap;
  logger: Logger;
  /** All keys that the caches name. */
  keys: () => Iterable<string>;
  /** A key is to be looked at. */
  add: (key: string) => void;
  /** What is remembered of a key beyond its reconciler is not needed here any more. */
  forget: (key: string) => void;
  /** Makes what works on the keys of one term; all that it writes asks whether that term goes on (law 16). */
  reconcilerOf: (term: Term) => Reconciler;
}

interface Share {
  term: Term;
  reconciler: Reconciler;
  running: Set<Promise<unknown>>;
  draining: boolean;
}

/**
 * The work on those shards that this process leads.
 *
 * Each term has a reconciler of its own, with its own guard and memory: a pass that was begun under one term writes nothing under
 * another, and what a former owner remembered of a key is gone when the shard comes back. Keys of other shards cost nothing.
 */
export class ShardedWork implements Reconciler {
  readonly #options: ShardedWorkOptions;
  readonly #shares = new Map<number, Share>();

  constructor(options: ShardedWorkOptions) {
    this.#options = options;
  }

  /** Whether passes of this key may begin here. */
  owns(key: string): boolean {
    const share = this.#shares.get(this.#options.map.of(key));
    return share !== undefined && !share.draining && share.term.isLeader();
  }

  /** Something happened that may concern this key. */
  changed(key: string): void {
    if (this.owns(key)) this.#options.add(key);
  }

  /** Looks at everything in the shard: nothing is known of what its former owner has left. */
  begin(term: Term): void {
    const { reconcilerOf, keys } = this.#options;
    this.#shares.set(term.shard, {
      term,
      reconciler: reconcilerOf(term),
      running: new Set(),
      draining: false,
    });
    for (const key of keys()) if (this.#isIn(term, key)) this.changed(key);
  }

  /** Begins no more passes for the shard; resolves when those under way have ended. */
  async drain(term: Term): Promise<void> {
    const share = this.#shareOf(term);
    if (!share) return;
    share.draining = true;
    await Promise.allSettled(share.running);
  }

  /** The term is over: what it knew is forgotten, series of its objects among it, for another process has them now. */
  end(term: Term): void {
    if (!this.#shareOf(term)) return;
    this.#shares.delete(term.shard);
    for (const key of this.#options.keys()) if (this.#isIn(term, key)) this.#options.forget(key);
  }

  async reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult | void> {
    const share = this.#shares.get(this.#options.map.of(key));
    // It was added while the shard was ours.
    if (!share || !this.owns(key)) return;
    const pass = share.reconciler.reconcile(key, context);
    share.running.add(pass);
    try {
      return await pass;
    } catch (error) {
      if (!(error instanceof NotLeaderError) || share.term.isLeader()) throw error;
      this.#options.logger.info('a pass ended: its shard is led elsewhere', { key });
    } finally {
      share.running.delete(pass);
      // What it noted in its last moments belongs to nobody.
      if (!share.term.isLeader() && !this.owns(key)) this.#options.forget(key);
    }
  }

  #shareOf(term: Term): Share | undefined {
    const share = this.#shares.get(term.shard);
    return share?.term === term ? share : undefined;
  }

  #isIn(term: Term, key: string): boolean {
    return this.#options.map.of(key) === term.shard;
  }
}
