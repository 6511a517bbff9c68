import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { withSource } from '../with-source.ts';
import { readObjects } from './documents.ts';
import { lintObjects } from './lint-objects.ts';
import { parseLintOptions } from './lint-options.ts';
import { seriesFindings } from './series-findings.ts';
import { lintDocument, printLint, tallyOf } from './lint-report.ts';

/** Everything but the help. Throws `UsageError`. */
export async function runLint(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parseLintOptions(argv);
  const linted = lintObjects(await readObjects(options.files), options);
  if (linted.length === 0) {
    // A wrong path would pass every pipeline otherwise.
    throw new UsageError(`there is no object of understudy.dev in ${options.files.join(', ')}`);
  }
  await withSource(options.prometheus, async (source) => {
    if (!source) return;
    for (const { subject, findings } of linted) {
      const found = subject ? await seriesFindings(subject, source, Date.now()) : [];
      findings.push(...found.filter(({ code }) => !options.ignored.has(code)));
    }
  });
  if (options.json) terminal.print(JSON.stringify(lintDocument(linted), null, 2));
  else printLint(linted, terminal);
  const { refused, warnings } = tallyOf(linted);
  return refused > 0 || (options.strict && warnings > 0) ? exitCodes.opposite : exitCodes.done;
}
