/** Writes manifests/ from the chart, by helm. With `--check` it writes nothing and fails when a file is not what it would write. */
import { join } from 'node:path';
import { writeOrCheck } from '../generate/write-or-check.ts';
import { resolveHelm } from '../local-cluster/binaries/binaries.ts';
import { textProgress } from '../local-cluster/binaries/progress.ts';
import { renderManifests } from './render.ts';

await writeOrCheck(join(import.meta.dirname, '..', '..'), 'generate:manifests', async () =>
  renderManifests(await resolveHelm({ progress: textProgress(process.stderr) })),
);
