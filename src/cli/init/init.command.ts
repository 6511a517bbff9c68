import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { initHelp } from './init-help.ts';

/** `understudy init`: a first manifest for what a Deployment runs. Throws `UsageError` and `Problem`. */
export async function init(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    // As with lint: a text is not to wait for the schemas.
    terminal.print(initHelp(terminal.program));
    return exitCodes.done;
  }
  return await (await import('./run-init.ts')).runInit(argv, terminal);
}
