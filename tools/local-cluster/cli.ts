/** `npm run cluster -- COMMAND`: the command line of the local cluster. */
import { parseArguments, UsageError } from './cli/arguments.ts';
import { CommandFailed, runCommand } from './cli/commands.ts';
import { BinaryNotFound } from './binaries/package.ts';
import { ClusterExists } from './cluster/cluster-folder.ts';
import { NamespaceUnavailable } from './cluster/namespace.ts';
import { ComponentFailed } from './components/component.ts';

/** Errors whose message says all that a user needs; of others the trace is shown. */
const plain = [
  UsageError,
  CommandFailed,
  BinaryNotFound,
  ClusterExists,
  NamespaceUnavailable,
  ComponentFailed,
];

try {
  process.exitCode = await runCommand(parseArguments(process.argv.slice(2)));
} catch (error) {
  const isPlain = plain.some((kind) => error instanceof kind);
  console.error(`cluster: ${isPlain ? (error as Error).message : ((error as Error).stack ?? String(error))}`);
  if (error instanceof UsageError) console.error('"npm run cluster -- help" shows the usage.');
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
