/**
 * Writes what is made from the schemas in src/api, CRDs and reference pages, the parts of the chart that are made from the code, the page about presets, made from their data, that of the
 * metrics, made from the registry, that about `understudy lint`, made from its warnings, the dashboards of the chart, and the names in
 * docs/conformance.md, whose results stay.
 * With `--check` it writes nothing and fails when a file is not what it would write.
 */
import { join } from 'node:path';
import { artifacts } from '../../src/api/crd/artifacts.ts';
import { pagePath, renderedPage } from '../conformance/rendered-page.ts';
import { chartArtifacts } from './chart/artifacts.ts';
import { dashboardFiles } from './dashboards/files.ts';
import { lintPage, lintPagePath } from './lint-page.ts';
import { metricsPage, metricsPagePath } from './metrics-page.ts';
import { presetsPage, presetsPagePath } from './presets-page.ts';
import { writeOrCheck } from './write-or-check.ts';

const root = join(import.meta.dirname, '..', '..');
await writeOrCheck(root, 'generate', () => [
  ...artifacts(),
  ...chartArtifacts(),
  { path: presetsPagePath, content: presetsPage() },
  { path: lintPagePath, content: lintPage() },
  { path: metricsPagePath, content: metricsPage() },
  ...dashboardFiles(),
  { path: pagePath, content: renderedPage(root) },
]);
