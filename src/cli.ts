#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { runCommandLine } from './cli/command-line.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { programOf, terminalOf } from './cli/terminal.ts';

/** The oldest Node that has everything that is used here; `engines` of package.json says the same. */
const oldest = [22, 19] as const;

const terminal = terminalOf(process.stdout, process.stderr, process.env, programOf(process.argv[1]));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  terminal.complain(
    `understudy: this is Node ${process.versions.node}; needed: ${oldest.join('.')} or newer`,
  );
  process.exitCode = exitCodes.usage;
} else {
  // Compiled code is kept from one call to the next, in the folder for temporary files: a third of a short command's time.
  enableCompileCache();
  process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
}
