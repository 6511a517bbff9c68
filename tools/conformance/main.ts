/**
 * `npm run conformance`: runs the conformance scenarios and writes docs/conformance.md from their names and results.
 * `--simulation-only` leaves the local cluster out, `--cluster-only` the simulated world; what the page says of the other stays.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, resultKey } from './page.ts';
import { pagePath, renderedPage, storedResults } from './rendered-page.ts';
import type { Place } from './test-titles.ts';

interface JestReport {
  testResults: { assertionResults: { title: string; status: string }[] }[];
}

const root = join(import.meta.dirname, '..', '..');
const flags = process.argv.slice(2);
const accepted = ['--simulation-only', '--cluster-only'];
const unknown = flags.filter((flag) => !accepted.includes(flag));
if (unknown.length > 0 || flags.length > 1) {
  console.error(`conformance: found ${flags.join(' ')}; accepted: one of ${accepted.join(', ')}`);
  process.exit(2);
}

/** Undefined when the tests could not be run at all. */
function run(project: string, pattern: string, ...more: string[]): JestReport | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-conformance-'));
  const report = join(folder, 'report.json');
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  const selected = ['--selectProjects', project, '--testPathPatterns', pattern];
  spawnSync(process.execPath, [...jest, ...selected, '--json', `--outputFile=${report}`, ...more], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as JestReport;
  } catch (error) {
    console.error(`conformance: the ${project} tests gave no result: ${String(error)}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reports = new Map<Place, JestReport | undefined>();
if (!flags.includes('--cluster-only')) reports.set('simulation', run('unit', 'test/conformance/'));
if (!flags.includes('--simulation-only')) {
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' }).status === 0;
  reports.set('cluster', built ? run('integration', 'test/conformance/', '--runInBand') : undefined);
}

// The page is read only now: another run may have written the results of its own place meanwhile.
const results = new Map<string, Result>(storedResults(root));
let failed = 0;
for (const [place, report] of reports) {
  for (const key of [...results.keys()]) if (key.startsWith(`${place} `)) results.delete(key);
  if (!report) failed += 1;
  const assertions = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  for (const { title, status } of assertions) {
    const name = /^S(\d+): (.+)$/.exec(title);
    if (!name) continue;
    const result = status === 'passed' ? 'passed' : 'failed';
    if (result === 'failed') failed += 1;
    results.set(resultKey(place, Number(name[1]), name[2]!), result);
  }
}
writeFileSync(join(root, pagePath), renderedPage(root, results));
console.log(`${results.size} results in ${pagePath}, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
