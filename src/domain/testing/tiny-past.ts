import type { Facts } from './facts.ts';

/** What the laws need to know of the past, kept up to date after every change of the live objects. */
export class TinyPast {
  readonly facts: Pick<Facts, 'lostTrafficAtMs' | 'decisionsAtFall' | 'readyWhenGiven'> = {
    lostTrafficAtMs: {},
    decisionsAtFall: {},
    readyWhenGiven: undefined,
  };

  remember(before: Facts, after: Facts): void {
    const decisions = (after.rollout?.status.decisions ?? []).map((decision) => JSON.stringify(decision));
    for (const revision of new Set([...Object.keys(before.shares), ...Object.keys(after.shares)])) {
      const [was, is] = [before.shares[revision] ?? 0, after.shares[revision] ?? 0];
      if (is < was - 0.05) this.facts.decisionsAtFall[revision] = decisions;
      if (is > 0) delete this.facts.lostTrafficAtMs[revision];
      else if (was > 0) this.facts.lostTrafficAtMs[revision] = after.nowMs;
    }
    const [was, is] = [before.rollout, after.rollout];
    if (is && (is.status.weight !== was?.status.weight || is.name !== was?.name)) {
      this.facts.readyWhenGiven = after.revisions[is.spec.to.revision]?.ready;
    }
  }
}
