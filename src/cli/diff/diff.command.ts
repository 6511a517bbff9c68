import { labels } from '../../api/group.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { clusterFlags, clusterFlagsHelp, oneName, outputFlags, outputOf } from '../cluster/cluster-flags.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';

const help = (
  program: string,
): string => `Shows what the candidate has that the stable revision has not: the model's identity and the pod template, as a unified diff. Without a
rollout it compares with what the spec asks for, and where that is served already, with the revision before it.

Usage: ${program} diff NAME [-n NAMESPACE] [-o json]

  -o, --output json     one JSON document with both sides
${clusterFlagsHelp}

Exit codes: 0 it was shown; 3 the command line or the cluster cannot be used.`;

/** `understudy diff NAME`. Throws `UsageError` and `Problem`. */
export async function diff(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, { ...clusterFlags, ...outputFlags });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const json = outputOf(values.output, ['json']) === 'json';
  const name = oneName('diff', positionals);
  const { withCluster } = await import('../cluster/cluster-access.ts');
  const { getModel, listAll, listAllowed } = await import('../cluster/objects.ts');
  const { rememberedIn } = await import('../../presentation/revision-inputs.ts');
  const { comparedRevisions, NothingToCompare } = await import('../../presentation/compared-revisions.ts');
  const { hunksOf } = await import('../../presentation/revision-diff.ts');
  const { diffLines } = await import('./diff-view.ts');
  const { Problem } = await import('../problem.ts');
  const { resourceKinds } = await import('../../kubernetes/resource.ts');
  const difference = await withCluster(values, async ({ cluster, namespace }) => {
    const owned = { namespace, labelSelector: `${labels.modelDeployment}=${name}` };
    const model = await getModel(cluster, { namespace, name });
    const { items: deployments } = await listAll(cluster, resourceKinds.deployment, owned);
    const rollouts = await listAllowed(cluster, resourceKinds.modelRollout, owned);
    try {
      return comparedRevisions(
        model,
        rememberedIn(deployments),
        (rollouts ?? []) as unknown as ModelRollout[],
      );
    } catch (error) {
      throw error instanceof NothingToCompare ? new Problem(error.message, error.next) : error;
    }
  });
  if (json) terminal.print(JSON.stringify({ ...difference, hunks: hunksOf(difference) }, null, 2));
  else for (const line of diffLines(difference, terminal.style)) terminal.print(line);
  return exitCodes.done;
}
