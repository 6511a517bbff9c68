/**
 * Builds what the Dockerfile builds, step by step in a clean folder and without a container engine, and looks at the result: only what runs is in it, with a
 * complete bill of materials; nobody but the owner could write it; and the program starts as the image's user.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { copyContext } from './build-context.ts';
import { contentsOf, packageProblems, runEntryPoint } from './check-image.ts';
import { lastOf, readDockerfile } from './dockerfile.ts';
import { runStages } from './run-stages.ts';

const root = join(import.meta.dirname, '..', '..');
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
process.umask(0o022);

const folder = mkdtempSync(join(tmpdir(), 'understudy-image-'));
const problems: string[] = [];
try {
  // The image's user has to reach it.
  chmodSync(folder, 0o755);
  const stages = readDockerfile();
  const image = stages.at(-1);
  if (!image) throw new Error('the Dockerfile has no stage');
  const folders = {
    context: join(folder, 'context'),
    of: (stage: string) => join(folder, `stage-${stage}`),
  };
  copyContext(root, folders.context);
  runStages(stages, folders, (line) => console.log(line));

  const imageRoot = folders.of(String(stages.length - 1));
  const app = join(imageRoot, lastOf(image, 'WORKDIR') ?? '/');
  const { files, bytes, writable } = contentsOf(app);
  problems.push(...writable.map((path) => `${path} can be written by others than its owner`));
  problems.push(...packageProblems(app));

  const help = runEntryPoint(image, imageRoot, ['--help']);
  if (help.code !== 0 || !help.output.includes('--print-config'))
    problems.push(`--help ended with ${help.code}: ${help.output}`);
  const config = join(folder, 'config.yaml');
  const installed = parseAllDocuments(readFileSync(join(root, 'manifests/install.yaml'), 'utf8')).map(
    (document) => document.toJS() as { kind: string; data?: Record<string, string> },
  );
  const [map] = installed.filter(({ kind }) => kind === 'ConfigMap');
  writeFileSync(config, map?.data?.['config.yaml'] ?? '');
  const printed = runEntryPoint(image, imageRoot, ['--config', config, '--print-config']);
  if (printed.code !== 0 || !printed.output.includes('admissionPolicy: true'))
    problems.push(
      `--print-config with the chart's configuration ended with ${printed.code}: ${printed.output}`,
    );

  const bill = join(root, '.understudy', 'sbom.cdx.json');
  mkdirSync(join(root, '.understudy'), { recursive: true });
  writeFileSync(bill, readFileSync(join(app, 'sbom.cdx.json')));
  console.log(`the image's own files: ${files}, ${megabytes(bytes)}; its bill of materials: ${bill}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
