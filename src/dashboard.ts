import type { DashboardConfig } from './config/controller-config.ts';
import type { ClusterCache } from './controller/cache/cluster-cache.ts';
import type { Objects } from './dashboard-api/objects.ts';
import { docsFolder, pageFolder } from './dashboard-api/page-folder.ts';
import { ReviewedPeople, type ReviewingCluster } from './dashboard-api/people/reviewed-people.ts';
import { SeriesReader } from './dashboard-api/series.ts';
import { DashboardHandler } from './dashboard-api/serve/dashboard-handler.ts';
import { StaticFiles } from './dashboard-api/serve/static-files.ts';
import type { MetricsSources } from './metrics-source/metrics-sources.ts';
import type { Clock } from './runtime/clock.ts';
import type { Logger } from './runtime/logger.ts';

export interface DashboardParts {
  config: DashboardConfig;
  cache: ClusterCache;
  cluster: ReviewingCluster;
  sources: MetricsSources;
  clock: Clock;
  logger: Logger;
  version: string;
}

/** The dashboard over what the controller has anyway: its caches, its metrics sources, its connection to the API server. */
export function createDashboard(parts: DashboardParts): DashboardHandler {
  const { config, cache, cluster, sources, clock, logger, version } = parts;
  const files = new StaticFiles(pageFolder(), docsFolder());
  if (files.isEmpty) logger.warn('the page of the dashboard was not built: only its API is served', {});
  return new DashboardHandler({
    objects: objectsOf(cache),
    people: new ReviewedPeople({ cluster, clock, anonymous: config.anonymous }),
    series: new SeriesReader({ sourceOf: (name) => sources.get(name), clock }),
    ...{ files, clock, logger, version },
    program: 'kubectl understudy',
    basePath: config.basePath,
  });
}

/** Kinds without which the dashboard shows nothing. */
const needed = ['modelDeployments', 'modelRollouts', 'rolloutActions'] as const;

function objectsOf(cache: ClusterCache): Objects {
  return {
    keys: () => cache.modelDeploymentKeys(),
    modelDeployment: (key) => cache.modelDeployment(key),
    modelRollouts: (key) => cache.owned(key).modelRollouts,
    actions: (key) => cache.actions(key),
    deployments: (key) => cache.owned(key).deployments,
    pods: (key) => cache.owned(key).pods,
    onChange: (changed) => cache.onChange(changed),
    state: () => {
      const reflectors = needed.flatMap((kind) => cache.kinds[kind].reflectors);
      const failure = reflectors
        .map((reflector) => reflector.status().failure)
        .find((one) => one !== undefined);
      return { synced: reflectors.every(({ hasSynced }) => hasSynced), failure };
    },
  };
}
