import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { lintHelp } from './lint-help.ts';

/** `understudy lint`: judges manifests offline and prints what is refused and what an expert would say. Throws `UsageError`. */
export async function lint(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    // The schemas, which everything else needs, take longer to load than a text to read.
    terminal.print(lintHelp);
    return exitCodes.done;
  }
  return await (await import('./run-lint.ts')).runLint(argv, terminal);
}
