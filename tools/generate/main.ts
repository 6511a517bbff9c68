/**
 * Writes what is made from the schemas in src/api, CRDs and reference pages, the parts of the chart that are made from the code, the page about presets, made from their data, that of the
 * metrics, made from the registry, that about `understudy lint`, made from its warnings, the dashboards of the chart, and the names in
 * docs/conformance.md, whose results stay.
 * With `--check` it writes nothing and fails when a file is not what it would write.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artifacts } from '../../src/api/crd/artifacts.ts';
import { pagePath, renderedPage } from '../conformance/rendered-page.ts';
import { chartArtifacts } from './chart/artifacts.ts';
import { dashboardFiles } from './dashboards/files.ts';
import { lintPage, lintPagePath } from './lint-page.ts';
import { metricsPage, metricsPagePath } from './metrics-page.ts';
import { presetsPage, presetsPagePath } from './presets-page.ts';

const root = join(import.meta.dirname, '..', '..');
const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--check');
if (unknown.length > 0) {
  console.error(`generate: found ${unknown.join(' ')}; accepted: --check`);
  process.exit(2);
}

const stored = (path: string): string | undefined => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const made = [
  ...artifacts(),
  ...chartArtifacts(),
  { path: presetsPagePath, content: presetsPage() },
  { path: lintPagePath, content: lintPage() },
  { path: metricsPagePath, content: metricsPage() },
  ...dashboardFiles(),
  { path: pagePath, content: renderedPage(root) },
];
const stale = made.filter(({ path, content }) => stored(path) !== content);
if (flags.includes('--check')) {
  for (const { path } of stale)
    console.error(`${path} is stale: run \`npm run generate\` and commit the result`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const { path, content } of stale) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(`wrote ${path}`);
}
