import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { convertHelp } from './convert-help.ts';

/** `understudy convert`: manifests of other tools as ours, with a report of what has no equivalent. Throws `UsageError`. */
export async function convert(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    // As with lint: a text is not to wait for the schemas.
    terminal.print(convertHelp);
    return exitCodes.done;
  }
  return await (await import('./run-convert.ts')).runConvert(argv, terminal);
}
