import { runCommandLine } from '../command-line.ts';
import { terminalOf } from '../terminal.ts';

/** Runs the command line as a script would, and keeps what it writes. */
export async function runCaptured(
  argv: readonly string[],
  { isTTY = false, environment = {} }: { isTTY?: boolean; environment?: Record<string, string> } = {},
): Promise<{ code: number; output: string; complaints: string }> {
  let output = '';
  let complaints = '';
  const terminal = terminalOf(
    { isTTY, write: (text) => void (output += text) },
    { write: (text) => void (complaints += text) },
    environment,
  );
  const code = await runCommandLine(argv, terminal);
  return { code, output, complaints };
}
