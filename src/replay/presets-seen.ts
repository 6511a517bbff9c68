import type { MeasurementResult } from '../domain/analysis/measurement.ts';
import type { Arms } from '../domain/analysis/preset.ts';
import { type ChosenPreset, choosePreset } from '../domain/analysis/presets/choose-preset.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import { planProbe, readProbe } from '../domain/analysis/presets/probe.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { type Span, stepMsOf } from './take-census.ts';

/**
 * The preset whose series show these revisions anywhere in the stretch of history. A cluster would say which gateway there is; history only
 * says who counted. Undefined where nobody did.
 */
export async function presetSeen(
  source: MetricsSource,
  presets: readonly PresetData[],
  arms: Arms,
  span: Span,
): Promise<ChosenPreset | undefined> {
  const results: MeasurementResult[] = [];
  for (const { id, query } of planProbe(presets, arms)) {
    const { fromMs, toMs } = span;
    const answer = await source.range(query, { startMs: fromMs, endMs: toMs, stepMs: stepMsOf(span) });
    const series = answer.kind === 'matrix' ? answer.series : [];
    const seen = series.map(({ labels }) => ({ labels, timeMs: toMs, value: 1 }));
    results.push({ id, result: { kind: 'vector', series: seen, warnings: [] } });
  }
  const seen = readProbe(presets, arms, results);
  return presets.length > 0 && seen ? choosePreset(presets, seen) : undefined;
}
