import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { NothingServedError } from '../../simulation/rehearsal/opened-stage.ts';
import { rehearse } from '../../simulation/rehearsal/rehearsal.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { compared, comparedLines, requireComparable } from './compare.ts';
import { jsonReport } from './json-report.ts';
import { readManifest } from '../read-manifest.ts';
import { parseSimulateOptions, simulateHelp } from './simulate-options.ts';
import { endLines, EntryLines, headLines } from './text-report.ts';

/** `understudy simulate`: runs a manifest in a simulated world and prints what happened. Throws `UsageError`. */
export async function simulate(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parseSimulateOptions(argv);
  if (options === 'help') {
    terminal.print(simulateHelp());
    return exitCodes.done;
  }
  const manifest = await readManifest(options.file);
  if (options.compare) requireComparable(manifest, options.file);
  const print = (lines: readonly string[]) => {
    if (!options.json) for (const line of lines) terminal.print(line);
  };
  const entries = new EntryLines(terminal);
  try {
    const rehearsal = await rehearse({
      ...options,
      manifest,
      onBegin: (staging, notes) => print(headLines(staging, notes, options)),
      onEntry: (entry) => print(entries.of(entry)),
    });
    print(endLines(rehearsal, terminal));
    const rows = options.compare ? await compared(rehearsal, { ...options, manifest }) : undefined;
    if (rows) print(comparedLines(rows, rehearsal));
    if (options.json) terminal.print(jsonReport(rehearsal, options, rows));
    return rehearsal.outcome === undefined ? exitCodes.notEnded : exitCodes.done;
  } catch (error) {
    // The simulated API server refuses what a real one would.
    if (error instanceof ClusterError)
      throw new UsageError(`${options.file}: ${error.message}`, { cause: error });
    if (!(error instanceof NothingServedError)) throw error;
    terminal.complain(`understudy: ${error.message}`);
    return exitCodes.notEnded;
  }
}
