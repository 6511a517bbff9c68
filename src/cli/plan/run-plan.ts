import type { MetricsSource } from '../../metrics-source/metrics-source.ts';
import { MetricsError } from '../../metrics-source/metrics-error.ts';
import { PrometheusMetricsSource } from '../../metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { withCluster } from '../cluster/cluster-access.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sourceConfigOf, withPrometheusAdvice } from '../prometheus-flags.ts';
import { readManifestWithTemplates } from '../read-manifest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { canvasOf } from '../views/view.ts';
import { gatherPlan } from './gather-plan.ts';
import { parsePlanOptions, type PlanOptions } from './plan-options.ts';
import { planDocument, planLines } from './plan-report.ts';
import { isRefused } from './planned.ts';

/** Everything but the help. Throws `UsageError` and `Problem`. */
export async function runPlan(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parsePlanOptions(argv);
  const manifest = await readManifestWithTemplates(options.file);
  const own = manifest.deployment.metadata.namespace;
  if (own !== undefined && options.namespace !== undefined && own !== options.namespace)
    throw new UsageError(`${options.file} is for namespace ${own}, and -n says ${options.namespace}`);
  const planned = await withSource(options, async (source) =>
    withCluster(options, ({ cluster, namespace }) =>
      gatherPlan(cluster, own ?? namespace, manifest, { ...options, source, nowMs: Date.now() }),
    ),
  );
  if (options.json) terminal.print(JSON.stringify(planDocument(planned), null, 2));
  else for (const line of planLines(planned, canvasOf(terminal, Date.now()))) terminal.print(line);
  return isRefused(planned) ? exitCodes.opposite : exitCodes.done;
}

async function withSource<T>(
  { prometheus }: PlanOptions,
  work: (source: MetricsSource | undefined) => Promise<T>,
): Promise<T> {
  if (!prometheus) return await work(undefined);
  const source = new PrometheusMetricsSource(sourceConfigOf(prometheus, 'default'), {
    clock: new SystemClock(),
  });
  try {
    return await work(source);
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    throw new UsageError(withPrometheusAdvice(error.message, prometheus.url), { cause: error });
  } finally {
    await source.close();
  }
}
