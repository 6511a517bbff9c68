import type { ModelRollout } from '../../api/model-rollout.ts';
import type { ErrorTrend } from '../schemas.ts';

interface Seen {
  place: string;
  counts: { candidate: Counted; stable: Counted };
  points: ErrorTrend['points'];
}

interface Counted {
  requests: number;
  bad: number;
}

const none = { requests: 0, bad: 0 };
const mostPoints = 30;

/**
 * How errors went lately, from the counts in the records as they come by: no question to anybody. One that has no evidence has no trend; a new step
 * counts from 0 again. Bounded: so many points for each rollout that runs.
 */
export class ErrorTrends {
  readonly #seen = new Map<string, Seen>();

  /** Takes note of a record, and gives the trend with it. */
  look(key: string, rollout: ModelRollout | undefined, nowMs: number): ErrorTrend | undefined {
    const evidence = rollout?.status?.analysis?.evidence;
    const metric = rollout?.spec.analysis.metrics.find(({ kind }) => kind === 'errorRate')?.name;
    const counted = metric === undefined ? undefined : evidence?.metrics[metric];
    if (!rollout || !evidence || metric === undefined || !counted || rollout.status?.outcome !== undefined) {
      this.#seen.delete(key);
      return undefined;
    }
    const counts = { candidate: counted.candidate ?? none, stable: counted.stable ?? none };
    const place = `${rollout.metadata.uid ?? rollout.metadata.name}/${evidence.stepIndex}`;
    const known = this.#seen.get(key) ?? { place, counts, points: { atMs: [], candidate: [], stable: [] } };
    const before =
      known.place === place && this.#seen.has(key) ? known.counts : { candidate: none, stable: none };
    const { points } = known;
    const isNew =
      counts.candidate.requests !== before.candidate.requests ||
      counts.stable.requests !== before.stable.requests;
    if (isNew) {
      const next = {
        atMs: [...points.atMs, nowMs],
        candidate: [...points.candidate, shareOf(counts.candidate, before.candidate)],
        stable: [...points.stable, shareOf(counts.stable, before.stable)],
      };
      known.points = {
        atMs: next.atMs.slice(-mostPoints),
        candidate: next.candidate.slice(-mostPoints),
        stable: next.stable.slice(-mostPoints),
      };
    }
    this.#seen.set(key, { place, counts, points: known.points });
    const [candidate, stable] = [shareOf(counts.candidate, none), shareOf(counts.stable, none)];
    return {
      metric,
      origin: 'record',
      ...(candidate !== null && { candidate }),
      ...(stable !== null && { stable }),
      points: known.points,
    };
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}

/** Of what came since; null without requests. */
function shareOf(now: Counted, before: Counted): number | null {
  const requests = now.requests - before.requests;
  return requests > 0 ? Math.min(1, Math.max(0, (now.bad - before.bad) / requests)) : null;
}
