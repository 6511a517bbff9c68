import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { artifacts } from '../../src/api/crd/artifacts.ts';
import { chartArtifacts } from '../../tools/generate/chart/artifacts.ts';
import { dashboardFiles } from '../../tools/generate/dashboards/files.ts';
import { metricsPage, metricsPagePath } from '../../tools/generate/metrics-page.ts';
import { presetsPage, presetsPagePath } from '../../tools/generate/presets-page.ts';
import { conditionTypes } from '../../src/api/conditions.ts';
import { reasons } from '../../src/api/reasons.ts';

const root = join(import.meta.dirname, '..', '..');
const made = [
  ...artifacts(),
  ...chartArtifacts(),
  { path: presetsPagePath, content: presetsPage() },
  { path: metricsPagePath, content: metricsPage() },
  ...dashboardFiles(),
];
const crds = made.filter(({ path }) => path.startsWith('crds/'));

describe('files made from schemas and presets', () => {
  it.each(made)('$path is current (else: npm run generate)', ({ path, content }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  });

  it.each(['crds', 'charts/understudy/files/crds'])(
    'leaves no CRD of a kind that is gone in %s',
    (folder) => {
      expect(readdirSync(join(root, folder)).map((file) => `crds/${file}`)).toEqual(
        crds.map(({ path }) => path).sort(),
      );
    },
  );

  it.each(crds)(
    '$path is the one in the plain manifests (else: npm run generate:manifests)',
    ({ content }) => {
      expect(readFileSync(join(root, 'manifests/install.yaml'), 'utf8')).toContain(content.trimEnd());
    },
  );

  it('gives the chart the version of the program', () => {
    const chart = parse(readFileSync(join(root, 'charts/understudy/Chart.yaml'), 'utf8'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect([chart.version, chart.appVersion]).toEqual([version, version]);
  });

  it.each(crds)('$path is small enough for a plain kubectl apply', ({ content }) => {
    // The annotation of a client-side apply holds the object as JSON and may have 256 KiB.
    expect(JSON.stringify(parse(content)).length).toBeLessThan(256 * 1024);
  });

  it('is checked by the tool itself', () => {
    const generate = (...flags: string[]) =>
      spawnSync(process.execPath, [join(root, 'tools/generate/main.ts'), ...flags], { encoding: 'utf8' });
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });
    expect(generate('--chekc')).toMatchObject({
      status: 2,
      stderr: 'generate: found --chekc; accepted: --check\n',
    });
  });
});

describe('reasons', () => {
  it.each(Object.entries(reasons))(
    '%s is a CamelCase constant with a sentence that explains it',
    (reason, meaning) => {
      expect(reason).toMatch(/^[A-Z][A-Za-z0-9]{1,62}$/);
      expect(meaning).toMatch(/^.{15,}[.?]$/s);
    },
  );

  it.each(Object.entries(conditionTypes))('condition %s says what True means', (_type, meaning) => {
    expect(meaning).toContain('True');
  });
});
