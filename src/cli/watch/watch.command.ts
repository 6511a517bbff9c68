import { clusterFlags, clusterFlagsHelp, manyFlags, oneName } from '../cluster/cluster-flags.ts';
import { withCluster } from '../cluster/cluster-access.ts';
import { getModel } from '../cluster/objects.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { watchInLines, watchMany, watchOne } from './watch-views.ts';

const help = (
  program: string,
): string => `Shows ModelDeployments as "get" does, and again whenever something changes, until it is interrupted. On a terminal the view is drawn again
in its place; elsewhere each change is one more line.

Usage: ${program} watch [NAME] [-n NAMESPACE | -A]

  -A, --all-namespaces  of all namespaces
${clusterFlagsHelp}

Exit codes: 0 it was interrupted, or the ModelDeployment was deleted; 3 the command line or the cluster cannot be used.`;

/** `understudy watch`: a live view. Throws `UsageError` and `Problem`. */
export async function watch(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, { ...clusterFlags, ...manyFlags });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const everywhere = values['all-namespaces'] === true;
  const name = positionals.length === 0 ? undefined : oneName('watch', positionals);
  if (everywhere && name !== undefined)
    throw new UsageError('a name and -A: one ModelDeployment is in one namespace; -n NAME names it');
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await withCluster(values, async ({ cluster, namespace }) => {
      const scene = { cluster, terminal, signal: stop.signal };
      if (name !== undefined) await getModel(cluster, { namespace, name });
      const scope = { ...(!everywhere && { namespace }), ...(name !== undefined && { name }) };
      if (!terminal.interactive) await watchInLines(scene, scope);
      else if (name === undefined) await watchMany(scene, scope);
      else await watchOne(scene, { namespace, name });
    });
    return exitCodes.done;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
