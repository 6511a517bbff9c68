import type { SampleSeries } from '../measurement.ts';
import { matcher, patternsOf, selectorFor } from './arm-labels.ts';
import type { LabelPatterns, PresetData } from './preset-data.ts';
import { type ProbeQuery, waysOf } from './probe.ts';

/** Somebody who served, as the series name him. */
export interface ArmSeen {
  /** A Service, or where labels hold it, a revision. */
  name: string;
  /** When its series were seen first and last, in milliseconds since the epoch, as exact as the points of the query. */
  firstMs: number;
  lastMs: number;
}

/** Whose series are looked for. */
export interface CensusScope {
  namespace: string;
  /** The ModelDeployment. */
  name: string;
  port: number;
}

/** Stands in the place of a name in a pattern: nothing that a pattern could hold by itself. */
const anyName = 'ANYNAME';

const templateOf = ({ namespace, name, port }: CensusScope, labels: LabelPatterns): LabelPatterns =>
  patternsOf(labels, { namespace, name, candidate: anyArm(port), stable: anyArm(port) }, anyArm(port));
const anyArm = (port: number) => ({ revision: anyName, service: anyName, port });

/**
 * What to ask, as range queries, so as to learn who served at all: one query for each way in which labels name a revision. Where a label holds
 * the Service, all Services of the namespace with that port are in the answer.
 */
export function planCensus(presets: readonly PresetData[], scope: CensusScope): ProbeQuery[] {
  return [...censusWays(presets)].map(([id, { arms, signs }]) => {
    const patterns = withAnyName(templateOf(scope, arms));
    const names = [...new Set(signs.map(({ name }) => name))];
    const query = `count by (${Object.keys(arms).join(', ')}) (${selectorFor(names, [patterns])})`;
    return { id, query };
  });
}

/** Reads the points that the query with this id gave. */
export function readCensus(
  presets: readonly PresetData[],
  scope: CensusScope,
  id: string,
  series: readonly SampleSeries[],
): ArmSeen[] {
  const way = censusWays(presets).get(id);
  if (!way) return [];
  const template = templateOf(scope, way.arms);
  const isMeant = matcher(withAnyName(template));
  const readers = Object.entries(template).flatMap(([label, pattern]) =>
    pattern.includes(anyName) ? [{ label, regex: readerOf(pattern) }] : [],
  );
  return series.flatMap(({ labels, samples }) => {
    if (!isMeant(labels)) return [];
    const [name] = readers.flatMap(
      ({ label, regex }) => regex.exec(labels[label] ?? '')?.groups?.['arm'] ?? [],
    );
    const [first, last] = [samples[0], samples.at(-1)];
    return name !== undefined && first && last ? [{ name, firstMs: first[0], lastMs: last[0] }] : [];
  });
}

/** The first place of the name is read; if there are more, they hold the same. */
function readerOf(pattern: string): RegExp {
  const [before, ...after] = pattern.split(anyName);
  return new RegExp(`^(?:${before}(?<arm>.+?)${after.join('.+?')})$`, 's');
}

/** Requests only: who has no request has no times either. */
const censusWays = (presets: readonly PresetData[]) =>
  waysOf(presets.map((preset) => ({ ...preset, latency: [] })));

const withAnyName = (patterns: LabelPatterns): LabelPatterns =>
  Object.fromEntries(
    Object.entries(patterns).map(([label, pattern]) => [label, pattern.replaceAll(anyName, '.+')]),
  );
