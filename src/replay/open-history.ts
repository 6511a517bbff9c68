import type { ResolvedSpec } from '../api/defaults.ts';
import type { PresetName } from '../api/preset-names.ts';
import type { Arms } from '../domain/analysis/preset.ts';
import { counterPreset } from '../domain/analysis/presets/counter-preset.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import { MetricsError } from '../metrics-source/metrics-error.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { presetsFor, routers, runtimes } from '../metrics-source/presets/presets.ts';
import { type AskedArms, chooseArms } from './choose-arms.ts';
import { presetSeen } from './presets-seen.ts';
import { ReplayError } from './replay-error.ts';
import { scrapeIntervalOf } from './scrape-interval.ts';
import { type Span, takeCensus } from './take-census.ts';

export interface HistoryQuestion {
  source: MetricsSource;
  namespace: string;
  /** The ModelDeployment. */
  name: string;
  spec: ResolvedSpec;
  /** Instead of the manifest's. */
  preset?: PresetName | 'auto' | undefined;
  asked: AskedArms;
  span: Span;
}

/** What history holds of one ModelDeployment: whom to compare, by which counters. */
export interface History {
  arms: Arms;
  /** Why these revisions, in words. */
  because: string;
  presets: readonly PresetData[];
  /** As the samples show it; undefined where they are too few. */
  scrapeIntervalMs: number | undefined;
}

/** Finds out who served, who is compared with whom, and who counted. Throws `ReplayError`, which says what to do next. */
export async function openHistory(question: HistoryQuestion): Promise<History> {
  try {
    return await found(question);
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    throw new ReplayError(error.message, { cause: error });
  }
}

async function found({
  source,
  namespace,
  name,
  spec,
  preset,
  asked,
  span,
}: HistoryQuestion): Promise<History> {
  const presets = presetsInQuestion(spec, preset ?? spec.analysis.preset ?? 'auto');
  const scope = { namespace, name, port: spec.service.port };
  const seen = await takeCensus(source, presets, scope, span);
  const { arms, because } = chooseArms(seen, scope, span, asked);
  const chosen = await presetSeen(source, presets, arms, span);
  if (!chosen) throw new ReplayError('Nobody counted requests of both revisions in the same way.');
  const scrapeIntervalMs = await scrapeIntervalOf(source, counterPreset(chosen), arms, span);
  return { arms, because, presets: [chosen.data], scrapeIntervalMs };
}

/** Without a cluster nobody says which gateway there is: all come into question. Plain Services have none. */
function presetsInQuestion({ traffic }: ResolvedSpec, name: PresetName | 'auto'): readonly PresetData[] {
  if (name !== 'auto' || traffic.kind === 'service') return presetsFor(name, undefined);
  return [...routers, ...runtimes];
}
