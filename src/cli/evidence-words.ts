import type { EvidenceOdds, MetricOdds } from '../domain/analysis/evidence-odds.ts';
import { oddsWords } from '../domain/analysis/words.ts';

/** What has changed by less is not told of again. */
const lnStep = Math.log(3);

/**
 * Tells how far the proofs have come, whenever one of a metric has moved by a factor of three since it was told of last. Odds below 1 : 1
 * and above what is needed say nothing new.
 */
export class EvidenceTeller {
  readonly #told = new Map<string, { harm: number; health: number }>();

  /** A line, or undefined when nothing has moved so far. */
  tell(odds: EvidenceOdds): string | undefined {
    const moved = odds.metrics.filter((metric) => this.#hasMoved(metric, odds));
    if (moved.length === 0) return undefined;
    const needed = { harm: oddsWords(odds.lnHarmNeeded), health: oddsWords(odds.lnHealthNeeded) };
    return moved
      .map(
        ({ name, lnHarm, lnHealth }) =>
          `${name}: harm ${oddsWords(lnHarm)} of ${needed.harm}, health ${oddsWords(lnHealth)} of ${needed.health}`,
      )
      .join('; ');
  }

  #hasMoved({ name, lnHarm, lnHealth }: MetricOdds, { lnHarmNeeded, lnHealthNeeded }: EvidenceOdds): boolean {
    const now = { harm: within(lnHarm, lnHarmNeeded), health: within(lnHealth, lnHealthNeeded) };
    const before = this.#told.get(name) ?? { harm: 0, health: 0 };
    // Health that begins anew with a step is no news: the step is.
    if (now.health === 0) before.health = 0;
    const isSame = (field: 'harm' | 'health') => Math.abs(now[field] - before[field]) < lnStep;
    if (isSame('harm') && isSame('health')) return false;
    this.#told.set(name, now);
    return true;
  }
}

const within = (ln: number, needed: number): number => Math.min(needed, Math.max(0, ln));

/** Odds as a number for programs, with three digits; 50 for 50 : 1. */
export const oddsNumber = (ln: number): number => Number(Math.exp(Math.min(ln, 300)).toPrecision(3));

/** The same for programs. */
export const evidenceFigures = ({ lnHarm, lnHarmNeeded, lnHealthNeeded, metrics }: EvidenceOdds) => ({
  harmOdds: oddsNumber(lnHarm),
  harmOddsNeeded: oddsNumber(lnHarmNeeded),
  healthOddsNeeded: oddsNumber(lnHealthNeeded),
  metrics: metrics.map(({ name, candidate, stable, ...one }) => ({
    name,
    harmOdds: oddsNumber(one.lnHarm),
    healthOdds: oddsNumber(one.lnHealth),
    candidate,
    stable,
  })),
});
