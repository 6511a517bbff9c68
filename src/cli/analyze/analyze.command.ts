import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { formatDuration } from '../../api/duration.ts';
import { resolveMetrics, type Templates } from '../../domain/analysis/resolve-metrics.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import { PrometheusMetricsSource } from '../../metrics-source/prometheus-metrics-source.ts';
import { openHistory } from '../../replay/open-history.ts';
import { replay } from '../../replay/replay.ts';
import { ReplayError } from '../../replay/replay-error.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sourceConfigOf, withPrometheusAdvice } from '../prometheus-flags.ts';
import { readManifestWithTemplates } from '../read-manifest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { type AnalyzeOptions, analyzeHelp, parseAnalyzeOptions } from './analyze-options.ts';
import { AnalyzeReport } from './analyze-report.ts';

/** More looks than this take hours: a stretch of history that is asked for by mistake. */
const mostLooks = 20_000;
const defaultScrapeIntervalMs = 15_000;

/** `understudy analyze`: replays the judge over recorded history and prints what it would have decided. Throws `UsageError`. */
export async function analyze(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const clock = new SystemClock();
  const options = parseAnalyzeOptions(argv, clock.now());
  if (options === 'help') {
    terminal.print(analyzeHelp);
    return exitCodes.done;
  }
  const { deployment: manifest, templates } = await readManifestWithTemplates(options.file);
  const spec = withDefaults(judgeable(options.file, manifest.spec, templates));
  const { analysis } = spec;
  if (analysis.metrics.length === 0) {
    throw new UsageError(
      `${options.file}: spec.analysis.metrics is empty, so that there is nothing to judge by`,
    );
  }
  const source = new PrometheusMetricsSource(sourceConfigOf(options, analysis.source), { clock });
  try {
    const { name } = manifest.metadata;
    const namespace = options.namespace ?? manifest.metadata.namespace ?? 'default';
    const { candidate, stable, mirrored, preset } = options;
    const asked = { manifest: identifyRevision(manifest.spec, []).revision, candidate, stable, mirrored };
    const span = { fromMs: options.fromMs, toMs: options.toMs };
    if (options.intervalMs !== undefined) requireFewLooks(options, options.intervalMs);
    const history = await openHistory({ source, namespace, name, spec, preset, asked, span });
    const scrapeIntervalMs = options.scrapeIntervalMs ?? history.scrapeIntervalMs ?? defaultScrapeIntervalMs;
    const intervalMs = options.intervalMs ?? analysis.intervalMs ?? scrapeIntervalMs;
    requireFewLooks(options, intervalMs);
    const report = new AnalyzeReport({ ...history, span, intervalMs, scrapeIntervalMs }, options, terminal);
    const { arms, presets } = history;
    const looked = { plan: analysis, presets, arms, span, intervalMs, scrapeIntervalMs, copies: mirrored };
    for await (const look of replay({ source, clock, ...looked })) report.add(look);
    return report.end() ? exitCodes.done : exitCodes.notEnded;
  } catch (error) {
    if (error instanceof ReplayError)
      throw new UsageError(withPrometheusAdvice(error.message, options.url), { cause: error });
    throw error;
  } finally {
    await source.close();
  }
}

/** The spec with the queries of templates in it; what no rollout would begin with is refused. */
function judgeable(file: string, written: ModelDeploymentSpec, templates: Templates): ModelDeploymentSpec {
  const { spec, problems } = resolveMetrics(written, templates);
  if (problems.length === 0) return spec;
  const words = problems.map(({ message }) => `  ${message}`).join('\n');
  const isLacking = problems.some(({ reason }) => reason === 'TemplateNotFound');
  const advice = isLacking ? '; a template has to stand in the same file' : '';
  throw new UsageError(`${file}: no rollout begins with these metrics${advice}:\n${words}`);
}

function requireFewLooks({ fromMs, toMs }: AnalyzeOptions, intervalMs: number): void {
  const looks = Math.floor((toMs - fromMs) / intervalMs);
  if (looks > mostLooks) {
    throw new UsageError(
      `${formatDuration(toMs - fromMs)} at ${formatDuration(intervalMs)} are ${looks} looks; accepted: ${mostLooks}. Bring --from and --to closer together, or look less often with --interval`,
    );
  }
  if (looks === 0)
    throw new UsageError(`--from and --to are less than one look (${formatDuration(intervalMs)}) apart`);
}
