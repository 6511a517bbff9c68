import { latencyBoundsMs, shareWithin } from './latency.ts';

/** How a model answers its requests. */
export interface AnswerQuality {
  /** The share of the requests that it answers with an error, 0 to 1. */
  errorRate: number;
  /** Half of its answers take at most this long. */
  medianMs: number;
  /** 99 of 100 of its answers take at most this long. */
  p99Ms: number;
}

export const goodQuality: AnswerQuality = { errorRate: 0.001, medianMs: 20, p99Ms: 120 };

/** How likely an answer falls into each bucket of the gateway's histogram; the last one is that of all that take longer. */
export function bucketShares({ medianMs, p99Ms }: AnswerQuality): number[] {
  const within = [...latencyBoundsMs.map((boundMs) => shareWithin(boundMs, { medianMs, p99Ms })), 1];
  return within.map((share, index) => share - (within[index - 1] ?? 0));
}

/** Which revision answers how: what is said of it, else as all others. */
export class AnswerQualities {
  readonly #byRevision = new Map<string, AnswerQuality>();
  readonly #listeners = new Set<() => void>();
  #otherwise: AnswerQuality;

  constructor(otherwise: AnswerQuality = goodQuality) {
    this.#otherwise = otherwise;
  }

  of(revision: string): AnswerQuality {
    return this.#byRevision.get(revision) ?? this.#otherwise;
  }

  /** From now on its answers are like this. */
  forRevision(revision: string, quality: Partial<AnswerQuality>): void {
    this.#byRevision.set(revision, { ...this.#otherwise, ...quality });
    this.#tell();
  }

  forAllOthers(quality: AnswerQuality): void {
    this.#otherwise = quality;
    this.#tell();
  }

  /** Told right after something has changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
