import { addCounts, type ArmCounts, noCounts } from '../../domain/analysis/arm-counts.ts';

/** Counts of the last seconds, as a query over a window sees them. */
export class RecentCounts {
  readonly #windowS: number;
  readonly #looks: { atS: number; counts: ArmCounts }[] = [];

  constructor(windowS: number) {
    this.#windowS = windowS;
  }

  add(counts: ArmCounts, atS: number): void {
    this.#looks.push({ atS, counts });
    while (this.#looks[0]!.atS <= atS - this.#windowS) this.#looks.shift();
  }

  get sum(): ArmCounts {
    return this.#looks.reduce((sum, { counts }) => addCounts(sum, counts), noCounts());
  }
}

/** Says at a look whether the time for one more check has come. */
export class Every {
  readonly #everyS: number;
  #nextS: number;

  constructor(everyS: number, firstS = everyS) {
    this.#everyS = everyS;
    this.#nextS = firstS;
  }

  isDue(atS: number): boolean {
    if (atS < this.#nextS) return false;
    while (this.#nextS <= atS) this.#nextS += this.#everyS;
    return true;
  }
}
