import { labels } from '../../api/group.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { clusterFlags, clusterFlagsHelp, oneName, outputFlags, outputOf } from '../cluster/cluster-flags.ts';
import { withCluster } from '../cluster/cluster-access.ts';
import { newestFirst } from '../../presentation/picture.ts';
import { getModel, listAll } from '../cluster/objects.ts';
import { type PrintedObject, printObjects } from '../cluster/print-objects.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { historyTable } from '../views/history-table.ts';
import { canvasOf } from '../views/view.ts';

const help = (
  program: string,
): string => `Shows the rollouts of a ModelDeployment that are kept, the newest first: what was tried, how it ended, when, by whom and why.

Usage: ${program} history NAME [-n NAMESPACE] [-o json|yaml|name|wide]

  -o, --output FORMAT   json, yaml or name for programs; wide: with the revisions, and nothing is cut
${clusterFlagsHelp}

Exit codes: 0 it was shown; 3 the command line or the cluster cannot be used.`;

/** `understudy history`: past rollouts. Throws `UsageError` and `Problem`. */
export async function history(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, { ...clusterFlags, ...outputFlags });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const output = outputOf(values.output);
  const name = oneName('history', positionals);
  return await withCluster(values, async ({ cluster, namespace }) => {
    await getModel(cluster, { namespace, name });
    const scope = { namespace, labelSelector: `${labels.modelDeployment}=${name}` };
    const { items } = await listAll(cluster, resourceKinds.modelRollout, scope);
    const rollouts = newestFirst(items as unknown as ModelRollout[]);
    if (output !== undefined && output !== 'wide') {
      await printObjects(terminal, rollouts as unknown as PrintedObject[], output);
      return exitCodes.done;
    }
    if (rollouts.length === 0) {
      terminal.complain(`${namespace}/${name} had no rollout yet: its first revision is served without one.`);
      return exitCodes.done;
    }
    const wide = output === 'wide';
    const canvas = canvasOf(terminal, Date.now(), wide);
    for (const line of historyTable(rollouts, canvas, { wide })) terminal.print(line);
    return exitCodes.done;
  });
}
