import type { Facts } from './facts.ts';

/** What the laws need to know of the past, kept up to date after every change of the live objects. */
export class TinyPast {
  readonly facts: Pick<Facts, 'lostTrafficAtMs' | 'decisionsAtFall' | 'readyWhenGiven'> = {
    lostTrafficAtMs: {},
    decisionsAtFall: {},
    readyWhenGiven: undefined,
  };
  /** Revisions whose traffic a whole pass has seen. */
  readonly #seen = new Set<string>();
  /** When those that have traffic lost it the last time before that. */
  readonly #lostBefore: Record<string, number | undefined> = {};

  copy(): typeof this.facts {
    const { lostTrafficAtMs, decisionsAtFall, readyWhenGiven } = this.facts;
    return {
      lostTrafficAtMs: { ...lostTrafficAtMs },
      decisionsAtFall: { ...decisionsAtFall },
      readyWhenGiven,
    };
  }

  /** A pass has made all of its writes, and left these shares. */
  passed(shares: Facts['shares']): void {
    for (const [revision, share] of Object.entries(shares)) if (share > 0) this.#seen.add(revision);
  }

  /**
   * `byHand`: what comes and goes between two passes is known to nobody, and makes no wait begin anew. `byLoss`: pods were lost, which takes
   * a share down and no weight away: others may come in their place.
   */
  remember(before: Facts, after: Facts, { byHand = false, byLoss = false } = {}): void {
    // A decision that was never seen in force still stands: whoever undoes its write has taken nothing away yet.
    const status = after.rollout?.status;
    const stands =
      status && status.phase !== 'Ended' && status.step.appliedAt === undefined && status.weight > 0;
    const decisions = (after.rollout?.status.decisions ?? []).map((decision) => JSON.stringify(decision));
    for (const revision of new Set([...Object.keys(before.shares), ...Object.keys(after.shares)])) {
      const [was, is] = [before.shares[revision] ?? 0, after.shares[revision] ?? 0];
      // Behind a plain Service a share moves with the pods of the other arm too: only one that is gone was taken away.
      const isTaken = is < was - 0.05 && (after.router === 'weighted' || is <= 0);
      if (isTaken && !stands && !byLoss) this.facts.decisionsAtFall[revision] = decisions;
      if (is > 0 && was <= 0) this.#gain(revision);
      if (is <= 0 && was > 0) this.#lose(revision, after.nowMs, byHand);
    }
    const [was, is] = [before.rollout, after.rollout];
    if (is && (is.status.weight !== was?.status.weight || is.name !== was?.name)) {
      this.facts.readyWhenGiven = after.revisions[is.spec.to.revision]?.ready;
    }
  }

  #gain(revision: string): void {
    this.#lostBefore[revision] = this.facts.lostTrafficAtMs[revision];
    delete this.facts.lostTrafficAtMs[revision];
  }

  #lose(revision: string, nowMs: number, byHand: boolean): void {
    const wasSeen = this.#seen.delete(revision);
    const lostAtMs = wasSeen || !byHand ? nowMs : this.#lostBefore[revision];
    if (lostAtMs !== undefined) this.facts.lostTrafficAtMs[revision] = lostAtMs;
  }
}
