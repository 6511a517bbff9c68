import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { planHelp } from './plan-help.ts';

/** `understudy plan`: what would happen if a manifest was applied. Throws `UsageError` and `Problem`. */
export async function plan(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    // The schemas, which everything else needs, take longer to load than a text to read.
    terminal.print(planHelp(terminal.program));
    return exitCodes.done;
  }
  return await (await import('./run-plan.ts')).runPlan(argv, terminal);
}
