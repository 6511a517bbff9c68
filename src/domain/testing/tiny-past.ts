import type { Facts } from './facts.ts';

/** What the laws need to know of the past, kept up to date after every change of the live objects. */
export class TinyPast {
  readonly facts: Pick<Facts, 'lostTrafficAtMs' | 'decisionsAtFall' | 'readyWhenGiven'> = {
    lostTrafficAtMs: {},
    decisionsAtFall: {},
    readyWhenGiven: undefined,
  };

  copy(): typeof this.facts {
    const { lostTrafficAtMs, decisionsAtFall, readyWhenGiven } = this.facts;
    return {
      lostTrafficAtMs: { ...lostTrafficAtMs },
      decisionsAtFall: { ...decisionsAtFall },
      readyWhenGiven,
    };
  }

  remember(before: Facts, after: Facts): void {
    // A decision that was never seen in force still stands: whoever undoes its write has taken nothing away yet.
    const status = after.rollout?.status;
    const stands =
      status && status.phase !== 'Ended' && status.step.appliedAt === undefined && status.weight > 0;
    const decisions = (after.rollout?.status.decisions ?? []).map((decision) => JSON.stringify(decision));
    for (const revision of new Set([...Object.keys(before.shares), ...Object.keys(after.shares)])) {
      const [was, is] = [before.shares[revision] ?? 0, after.shares[revision] ?? 0];
      if (is < was - 0.05 && !stands) this.facts.decisionsAtFall[revision] = decisions;
      if (is > 0) delete this.facts.lostTrafficAtMs[revision];
      else if (was > 0) this.facts.lostTrafficAtMs[revision] = after.nowMs;
    }
    const [was, is] = [before.rollout, after.rollout];
    if (is && (is.status.weight !== was?.status.weight || is.name !== was?.name)) {
      this.facts.readyWhenGiven = after.revisions[is.spec.to.revision]?.ready;
    }
  }
}
