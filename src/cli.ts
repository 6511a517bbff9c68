#!/usr/bin/env node
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
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
  // Compiled code is kept from one call to the next: a third of a short command's time. In the person's own folder, because it is run; by the module's
  // namespace, because an older Node, which is to be told of in words, does not have it.
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  module.enableCompileCache(join(caches, 'understudy', 'compiled'));
  process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
}
