import type { Labels, MeasurementResult, QueryResult } from '../measurement.ts';
import type { ArmName, Arms } from '../preset.ts';
import { armFinder, nameLabel, patternsOf, selectorFor } from './arm-labels.ts';
import { bucketName, countsIn } from './counter-families.ts';
import type { ArmLabels, LatencySeries, PresetData, RequestCounters, RequestSeries } from './preset-data.ts';

/** A question about which series the source has. */
export interface ProbeQuery {
  id: string;
  query: string;
}

/** A series that an alternative stands or falls with. */
type Sign = Pick<RequestSeries, 'name' | 'where' | 'except'>;

/** One way in which labels name a revision, and the series that do. */
export interface Way {
  arms: ArmLabels;
  signs: Sign[];
}

/**
 * What to ask, so as to choose between these presets: one query for each way in which labels name a revision. Its answer has one
 * element for each name and each set of labels that decide whether a series counts, however many series there are.
 */
export function planProbe(presets: readonly PresetData[], arms: Arms): ProbeQuery[] {
  return [...waysOf(presets)].map(([key, { arms: armLabels, signs }]) => {
    const labels = signs.flatMap(({ where, except }) => Object.keys({ ...where, ...except }));
    const grouping = [...new Set([nameLabel, ...Object.keys(armLabels), ...labels])];
    const patterns = [arms.candidate, arms.stable].map((arm) => patternsOf(armLabels, arms, arm));
    const names = [...new Set(signs.map(({ name }) => name))];
    return { id: probeId(key), query: `count by (${grouping.join(', ')}) (${selectorFor(names, patterns)})` };
  });
}

/** Says of an alternative whose series the source has. */
export type Seen = (alternative: RequestCounters | LatencySeries) => ReadonlySet<ArmName>;

/** Reads the answers to `planProbe`; undefined when one of them is missing or failed, so that nothing can be chosen from them. */
export function readProbe(
  presets: readonly PresetData[],
  arms: Arms,
  results: readonly MeasurementResult[],
): Seen | undefined {
  const series = new Map<string, readonly Labels[]>();
  for (const key of waysOf(presets).keys()) {
    const found = results.find(({ id }) => id === probeId(key))?.result;
    if (!found) return undefined;
    series.set(key, labelsOf(found));
  }
  return (alternative) => {
    const armOf = armFinder(alternative.arms, arms);
    const isSign = signsOf(alternative).map(countsIn);
    const seen = new Set<ArmName>();
    for (const labels of series.get(wayKey(alternative.arms)) ?? []) {
      const arm = armOf(labels);
      if (arm && isSign.some((counts) => counts(labels))) seen.add(arm);
    }
    return seen;
  };
}

const probeId = (key: string): string => `probe/${key}`;
const wayKey = (arms: ArmLabels): string => JSON.stringify(arms);

/** The ways of all alternatives of these presets, by a key of their own. */
export function waysOf(presets: readonly PresetData[]): Map<string, Way> {
  const ways = new Map<string, Way>();
  for (const alternative of presets.flatMap(({ requests, latency }) => [...requests, ...latency])) {
    const key = wayKey(alternative.arms);
    const way = ways.get(key) ?? { arms: alternative.arms, signs: [] };
    way.signs.push(...signsOf(alternative));
    ways.set(key, way);
  }
  return ways;
}

/** Counters of failures alone are no sign: most of them begin with the first failure. */
function signsOf(alternative: RequestCounters | LatencySeries): Sign[] {
  if ('series' in alternative) {
    return alternative.series.filter(({ failed, repeats }) => failed !== 'all' && !repeats);
  }
  const { id, metric = id, kind, where, except, mean } = alternative;
  if (kind !== 'histogram') return [{ name: mean?.sum ?? metric, where, except }];
  // A native histogram has the plain name, and so has a summary, whose series are quantiles.
  const native = { name: metric, where: { ...where, quantile: '' }, except };
  return [{ name: bucketName(alternative), where, except }, native];
}

function labelsOf(result: QueryResult): readonly Labels[] {
  switch (result.kind) {
    case 'value':
      return [result.labels];
    case 'vector':
      return result.series.map(({ labels }) => labels);
    default:
      return [];
  }
}
