import type { Output } from '../cluster/cluster-flags.ts';
import {
  clusterFlags,
  clusterFlagsHelp,
  manyFlags,
  oneName,
  outputFlags,
  outputOf,
} from '../cluster/cluster-flags.ts';
import { type ClusterAccess, withCluster } from '../cluster/cluster-access.ts';
import { gatherModel } from '../cluster/gather-model.ts';
import { getModel, listModels } from '../cluster/objects.ts';
import { printObjects } from '../cluster/print-objects.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { modelTree } from '../views/model-tree.ts';
import { modelsTable } from '../views/models-table.ts';
import { canvasOf } from '../views/view.ts';

const help = (
  program: string,
): string => `Shows ModelDeployments, a line each; with a name everything about one: its revisions and pods, its rollout with the steps, and
what the gate says.

Usage: ${program} get [NAME] [-n NAMESPACE | -A] [-o json|yaml|name|wide]

  -A, --all-namespaces  of all namespaces
  -o, --output FORMAT   json, yaml or name for programs; wide: with more columns, and nothing is cut
${clusterFlagsHelp}

Exit codes: 0 it was shown; 3 the command line or the cluster cannot be used.`;

/** `understudy get`: what is there. Throws `UsageError` and `Problem`. */
export async function get(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, { ...clusterFlags, ...manyFlags, ...outputFlags });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const output = outputOf(values.output);
  const everywhere = values['all-namespaces'] === true;
  if (positionals.length === 0) {
    await withCluster(values, (access) => getMany(access, terminal, everywhere, output));
    return exitCodes.done;
  }
  if (everywhere)
    throw new UsageError('a name and -A: one ModelDeployment is in one namespace; -n NAME names it');
  const name = oneName('get', positionals);
  await withCluster(values, (access) => getOne(access, name, terminal, output));
  return exitCodes.done;
}

async function getMany(
  { cluster, namespace }: ClusterAccess,
  terminal: Terminal,
  everywhere: boolean,
  output: Output | undefined,
): Promise<void> {
  const models = await listModels(cluster, everywhere ? undefined : namespace);
  if (output !== undefined && output !== 'wide') return await printObjects(terminal, models, output);
  if (models.length === 0) {
    const where = everywhere ? 'any namespace' : `namespace ${namespace}; -A looks at all of them`;
    terminal.complain(`There is no ModelDeployment in ${where}.`);
    return;
  }
  const wide = output === 'wide';
  const canvas = canvasOf(terminal, Date.now(), wide);
  for (const line of modelsTable(models, canvas, { namespaces: everywhere, wide })) terminal.print(line);
}

async function getOne(
  { cluster, namespace }: ClusterAccess,
  name: string,
  terminal: Terminal,
  output: Output | undefined,
): Promise<void> {
  if (output !== undefined && output !== 'wide') {
    await printObjects(terminal, await getModel(cluster, { namespace, name }), output);
    return;
  }
  const wide = output === 'wide';
  const picture = await gatherModel(cluster, { namespace, name });
  for (const line of modelTree(picture, canvasOf(terminal, Date.now(), wide), wide)) terminal.print(line);
}
