/**
 * `npm test`: checks, build, the random schedules of the simulated world, unit tests, then the tests on a real local cluster, and one
 * closing line over all of them. With `--image`, what `npm run image:check` looks at as well.
 * Everything runs even when an earlier part failed, so that one run shows all that is wrong.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  numRuntimeErrorTestSuites: number;
}

const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'));
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

function run(title: string, command: string, args: string[]): boolean {
  console.log(`\n--- ${title}`);
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

/** Runs while something else does. Resolves when it has ended; only then is shown what it said, in one piece. */
function runBeside(title: string, command: string, args: string[]): Promise<boolean> {
  const said = join(folder, `${title}.log`);
  const log = openSync(said, 'w');
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      console.log(`\n--- ${title}\n${readFileSync(said, 'utf8').trimEnd()}`);
      resolve(code === 0);
    });
  });
}

function runJest(project: string, args: string[]): JestResult | undefined {
  const outputFile = join(folder, `${project}.json`);
  run(`${project} tests`, process.execPath, [
    ...jest,
    '--selectProjects',
    project,
    '--json',
    `--outputFile=${outputFile}`,
    ...args,
  ]);
  try {
    return JSON.parse(readFileSync(outputFile, 'utf8')) as JestResult;
  } catch {
    console.error(`${project} tests gave no result`);
    return undefined;
  }
}

// Each of the two has one core busy most of the time.
const image = process.argv.includes('--image')
  ? runBeside('image', 'npm', ['run', '--silent', 'image:check'])
  : true;
const checked = run('checks', 'npm', ['run', '--silent', 'check']);
const imaged = await image;
const built = run('build', 'npm', ['run', '--silent', 'build']);
const simulated = built && run('simulation', process.execPath, [join('tools', 'simulation-test', 'main.ts')]);
// Each file of tests on clusters has a cluster of its own, which keeps half a core busy and waits otherwise: for holds, scrapes and pods. `CLUSTERS=1`
// runs one at a time, for machines that do something else as well.
const clusters = process.env['CLUSTERS'] ?? String(Math.min(3, availableParallelism() + 1));
const results = [
  runJest('unit', []),
  built ? runJest('browser', ['--runInBand']) : undefined,
  built
    ? runJest('integration', clusters === '1' ? ['--runInBand'] : [`--maxWorkers=${clusters}`])
    : undefined,
];
rmSync(folder, { recursive: true, force: true });

const sum = (field: keyof JestResult) => results.reduce((total, result) => total + (result?.[field] ?? 0), 0);
const broken = results.filter((result) => result === undefined).length + sum('numRuntimeErrorTestSuites');
const failed =
  sum('numFailedTests') + broken + [checked, imaged, built, simulated].filter((went) => !went).length;
if (!checked) console.error('npm run check failed');
if (!imaged) console.error('npm run image:check failed');
if (!built) console.error('npm run build failed');
if (!simulated) console.error('npm run test:simulation failed');
const skipped = sum('numPendingTests');
console.log(
  `\n${sum('numPassedTests')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failed > 0 ? 1 : 0);
