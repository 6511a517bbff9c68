import { commandSummaries } from '../command-line.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { complete, completionLines } from './complete.ts';
import { namesFromCluster } from './names.ts';

/** `understudy __complete WORD...`: what shells ask. It says nothing about what goes wrong: a user in the middle of a line cannot use it. */
export async function completeWords(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const completion = await complete(argv, commandSummaries(), namesFromCluster(process.env));
  for (const line of completionLines(completion)) terminal.print(line);
  return exitCodes.done;
}
