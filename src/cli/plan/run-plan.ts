import { withCluster } from '../cluster/cluster-access.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withSource } from '../with-source.ts';
import { readManifestWithTemplates } from '../read-manifest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { canvasOf } from '../views/view.ts';
import { gatherPlan } from './gather-plan.ts';
import { parsePlanOptions } from './plan-options.ts';
import { planDocument, planLines } from './plan-report.ts';
import { isRefused } from './planned.ts';

/** Everything but the help. Throws `UsageError` and `Problem`. */
export async function runPlan(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parsePlanOptions(argv);
  const manifest = await readManifestWithTemplates(options.file);
  const own = manifest.deployment.metadata.namespace;
  if (own !== undefined && options.namespace !== undefined && own !== options.namespace)
    throw new UsageError(`${options.file} is for namespace ${own}, and -n says ${options.namespace}`);
  const planned = await withSource(options.prometheus, async (source) =>
    withCluster(options, ({ cluster, namespace }) =>
      gatherPlan(cluster, own ?? namespace, manifest, { ...options, source, nowMs: Date.now() }),
    ),
  );
  if (options.json) terminal.print(JSON.stringify(planDocument(planned), null, 2));
  else for (const line of planLines(planned, canvasOf(terminal, Date.now()))) terminal.print(line);
  return isRefused(planned) ? exitCodes.opposite : exitCodes.done;
}
