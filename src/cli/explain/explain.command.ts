import { clusterFlags, clusterFlagsHelp, oneName } from '../cluster/cluster-flags.ts';
import { withCluster } from '../cluster/cluster-access.ts';
import { gatherModel } from '../cluster/gather-model.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { explanation } from '../views/explanation.ts';
import { canvasOf } from '../views/view.ts';

const help = (
  program: string,
): string => `Says why a ModelDeployment is where it is: who is served by what, what the metrics say and how far they are from a decision, what was
decided last, and what would change it, by itself or by you.

Usage: ${program} explain NAME [-n NAMESPACE]

${clusterFlagsHelp}

Exit codes: 0 it was explained; 3 the command line or the cluster cannot be used.`;

/** `understudy explain`: the state of one, in words. Throws `UsageError` and `Problem`. */
export async function explain(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, clusterFlags);
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const name = oneName('explain', positionals);
  return await withCluster(values, async ({ cluster, namespace }) => {
    const picture = await gatherModel(cluster, { namespace, name });
    for (const line of explanation(picture, canvasOf(terminal, Date.now()))) terminal.print(line);
    return exitCodes.done;
  });
}
