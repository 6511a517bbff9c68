import {
  type ArmSeen,
  type CensusScope,
  planCensus,
  readCensus,
} from '../domain/analysis/presets/arm-census.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';

/** A stretch of history, in milliseconds since the epoch. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A series is seen for five minutes after its last sample: points that lie no further apart miss none. */
const longestStepMs = 300_000;
const shortestStepMs = 1_000;
const points = 240;

/** How far apart the points of a range query over this stretch lie. */
export const stepMsOf = ({ fromMs, toMs }: Span): number =>
  Math.min(longestStepMs, Math.max(shortestStepMs, Math.ceil((toMs - fromMs) / points)));

/**
 * Who served in a stretch of history, by every preset that comes into question; who was seen first comes first. Rejects with
 * `MetricsError` when the source does not answer.
 */
export async function takeCensus(
  source: MetricsSource,
  presets: readonly PresetData[],
  scope: CensusScope,
  span: Span,
): Promise<ArmSeen[]> {
  const { fromMs, toMs } = span;
  const seen = new Map<string, ArmSeen>();
  for (const { id, query } of planCensus(presets, scope)) {
    const answer = await source.range(query, { startMs: fromMs, endMs: toMs, stepMs: stepMsOf(span) });
    if (answer.kind !== 'matrix') continue;
    for (const { name, firstMs, lastMs } of readCensus(presets, scope, id, answer.series)) {
      const known = seen.get(name) ?? { name, firstMs, lastMs };
      seen.set(name, {
        name,
        firstMs: Math.min(firstMs, known.firstMs),
        lastMs: Math.max(lastMs, known.lastMs),
      });
    }
  }
  return [...seen.values()].sort(
    (one, other) => one.firstMs - other.firstMs || (one.name < other.name ? -1 : 1),
  );
}
