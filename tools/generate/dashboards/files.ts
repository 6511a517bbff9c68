import type { Artifact } from '../../../src/api/crd/artifacts.ts';
import { controller } from './controller.ts';
import { dashboard, type DashboardDescription } from './dashboard.ts';
import { modelDeployment } from './model-deployment.ts';
import { overview } from './overview.ts';

export const dashboardsFolder = 'charts/understudy/dashboards';

/** Every dashboard, by the name of its file. */
export const dashboards: Record<string, DashboardDescription> = {
  overview,
  'model-deployment': modelDeployment,
  controller,
};

/** The files that Grafana reads. */
export const dashboardFiles = (): Artifact[] =>
  Object.entries(dashboards).map(([name, description]) => ({
    path: `${dashboardsFolder}/${name}.json`,
    content: `${JSON.stringify(dashboard(description), null, 2)}\n`,
  }));
