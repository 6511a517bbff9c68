import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { MetricsSource } from '../../metrics-source/metrics-source.ts';
import { presetsFor, routers, runtimes } from '../../metrics-source/presets/presets.ts';
import { armFigures } from '../../replay/arm-figures.ts';
import { takeCensus } from '../../replay/take-census.ts';
import type { Finding } from './finding.ts';
import { seriesWarnings } from './series-warnings.ts';
import type { ModelSubject } from './warnings/warning.ts';

/** So far back a revision may have been seen last. */
const censusMs = 3_600_000;

/**
 * Whether the series that the manifest's metrics need are there: who was seen serving, and what each query says of the revision that serves. A
 * manifest whose own revision was never rolled out has none yet, which is no fault. Rejects with `MetricsError`.
 */
export async function seriesFindings(
  { deployment, spec }: ModelSubject,
  source: MetricsSource,
  nowMs: number,
): Promise<Finding[]> {
  const { name, namespace = 'default' } = deployment.metadata;
  const { preset = 'auto', metrics } = spec.analysis;
  if (metrics.length === 0) return [];
  const isOpen = preset === 'auto' && spec.traffic.kind !== 'service';
  const presets = isOpen ? [...routers, ...runtimes] : presetsFor(preset, undefined);
  const { port } = spec.service;
  const seen = await takeCensus(
    source,
    presets,
    { namespace, name, port },
    { fromMs: nowMs - censusMs, toMs: nowMs },
  );
  const own = identifyRevision(deployment.spec, []).revision;
  const revisions = seen.flatMap(({ name: service, lastMs }) => {
    const revision = service.startsWith(`${name}-`) ? service.slice(name.length + 1) : service;
    return /^[a-z0-9]{10}$/.test(revision) ? [{ revision, lastMs }] : [];
  });
  // Of several the one that was seen last serves.
  const [last] = revisions
    .filter(({ revision }) => revision !== own)
    .sort((one, other) => other.lastMs - one.lastMs);
  const serving = last?.revision ?? own;
  const arm = (revision: string) => ({ revision, service: `${name}-${revision}`, port });
  const arms = { namespace, name, candidate: arm(own), stable: arm(serving) };
  const figures = await armFigures({ source, presets, arms, analysis: spec.analysis, nowMs });
  const { NoSeries, NoValue } = seriesWarnings;
  return figures.metrics.flatMap(({ metric, kind, lacks }): Finding[] => {
    if (lacks === undefined) return [];
    const warning = kind === 'query' ? NoValue : NoSeries;
    const who = revisions.length === 0 ? `no revision of ${namespace}/${name}` : `revision ${serving}`;
    const found = `${lacks} for ${metric}; ${who} was counted in the last hour`;
    return [{ severity: 'warning', path: 'spec.analysis.metrics', found, ...warning }];
  });
}
