import type { RolloutAction, RolloutVerb } from '../../api/rollout-action.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { labels } from '../../api/group.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { type ClusterAccess, withCluster } from '../cluster/cluster-access.ts';
import { followOne } from '../cluster/follow.ts';
import { asModel, getModel, listAllowed } from '../cluster/objects.ts';
import { type PrintedObject, printObjects } from '../cluster/print-objects.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import type { Terminal } from '../terminal.ts';
import { ChangeTeller } from '../views/change-lines.ts';
import { canvasOf } from '../views/view.ts';
import { answerLines, codeOf, isAnswered } from './action-answer.ts';
import { actionName } from '../../presentation/action-name.ts';
import { actionOf, revisionNamed } from './action-of.ts';
import { refusedByServer } from './refused-by-server.ts';
import { parseVerbOptions, verbHelp, type VerbOptions } from './verb-options.ts';

/** `understudy promote` and the others: asks by a RolloutAction, and says what became of it. Throws `UsageError` and `Problem`. */
export const verbCommand =
  (verb: RolloutVerb) =>
  async (argv: readonly string[], terminal: Terminal): Promise<ExitCode> => {
    const options = parseVerbOptions(verb, argv);
    if (options === 'help') {
      terminal.print(verbHelp(verb, terminal.program));
      return exitCodes.done;
    }
    return await withCluster(options, async (access) => {
      const { asked, before } = await ask(verb, options, access);
      if (!options.wait) {
        if (options.output) await printObjects(terminal, asPrinted(asked), options.output);
        else
          terminal.print(
            `${verb} ${access.namespace}/${options.name}: asked for by RolloutAction ${asked.metadata.name}`,
          );
        return exitCodes.done;
      }
      const answered = await untilAnswered(access.cluster, asked, options, terminal);
      if (options.output) await printObjects(terminal, asPrinted(answered), options.output);
      else await tell(answered, before, access, terminal);
      return codeOf(answered);
    });
  };

/** Makes the action, in the name by which the API server knows us: the admission policy compares. */
async function ask(
  verb: RolloutVerb,
  { name, full, reason, revision }: VerbOptions,
  { cluster, namespace }: ClusterAccess,
): Promise<{ asked: RolloutAction; before: ModelDeployment }> {
  const [model, requestedBy] = await Promise.all([getModel(cluster, { namespace, name }), ownName(cluster)]);
  const wish = {
    ...{ verb, full, reason },
    ...(revision !== undefined && {
      revision: revisionNamed(revision, model, await rolloutsOf(cluster, namespace, name)),
    }),
  };
  const action = actionOf(wish, model, { name: actionName(name, verb), requestedBy });
  try {
    const asked = (await cluster.create(action)) as unknown as RolloutAction;
    return { asked, before: model };
  } catch (error) {
    throw refusedByServer(error, verb, { namespace, name }) ?? error;
  }
}

async function rolloutsOf(cluster: Cluster, namespace: string, name: string): Promise<ModelRollout[]> {
  const scope = { namespace, labelSelector: `${labels.modelDeployment}=${name}` };
  return ((await listAllowed(cluster, resourceKinds.modelRollout, scope)) ?? []) as unknown as ModelRollout[];
}

/** Whoever may not even ask for their own name asks in none: where the policy is installed it says so. */
async function ownName(cluster: ClusterAccess['cluster']): Promise<string | undefined> {
  try {
    return await cluster.whoAmI();
  } catch (error) {
    if (ClusterError.is(error, 'forbidden', 'notFound')) return undefined;
    throw error;
  }
}

const asPrinted = (action: RolloutAction): PrintedObject => action as unknown as PrintedObject;

/** Follows the action until it is answered, or the time is over; a `restart` says how far it is. */
async function untilAnswered(
  cluster: Cluster,
  asked: RolloutAction,
  { timeoutMs }: VerbOptions,
  terminal: Terminal,
): Promise<RolloutAction> {
  const name = { namespace: asked.metadata.namespace ?? '', name: asked.metadata.name };
  let action = asked;
  let told = '';
  for await (const object of followOne(cluster, resourceKinds.rolloutAction, name, {
    signal: AbortSignal.timeout(timeoutMs),
    onTrouble: ({ message }) => terminal.complain(`understudy: ${message}; still waiting`),
  })) {
    if (!object) throw withdrawn(asked);
    action = object as unknown as RolloutAction;
    if (isAnswered(action)) return action;
    const { state, message = '' } = action.status ?? {};
    if (state !== undefined && message !== told) terminal.complain(`${state}: ${message}`);
    told = message;
  }
  return action;
}

const withdrawn = ({ metadata, spec }: RolloutAction): Problem =>
  new Problem(
    `${spec.verb} ${metadata.namespace}/${spec.target.name}: its RolloutAction ${metadata.name} was deleted before it was answered`,
    ['Somebody withdrew it, or the ModelDeployment is gone.'],
    { exitCode: exitCodes.opposite },
  );

/** The answer, and how the ModelDeployment stands now. */
async function tell(
  action: RolloutAction,
  before: ModelDeployment,
  { cluster }: ClusterAccess,
  terminal: Terminal,
): Promise<void> {
  const canvas = canvasOf(terminal, Date.now(), true);
  const isGood = codeOf(action) === exitCodes.done;
  for (const line of answerLines(action, canvas)) (isGood ? terminal.print : terminal.complain)(line);
  if (!isGood) return;
  const model = await afterwards(cluster, before);
  for (const line of new ChangeTeller().tell([model], canvas)) terminal.print(line);
}

/** The action is answered a moment before the ModelDeployment's own status says what follows. */
const settlingMs = 1_500;

/** The ModelDeployment as soon as it says something new; as it is, when that moment is over. */
async function afterwards(cluster: Cluster, before: ModelDeployment): Promise<ModelDeployment> {
  const { namespace = '', name } = before.metadata;
  const stand = ({ status }: ModelDeployment) =>
    JSON.stringify([status?.phase, status?.rollout?.name, status?.rollout?.step, status?.rollout?.outcome]);
  let model = before;
  const options = { signal: AbortSignal.timeout(settlingMs) };
  for await (const object of followOne(
    cluster,
    resourceKinds.modelDeployment,
    { namespace, name },
    options,
  )) {
    if (!object) return model;
    model = asModel(object);
    if (stand(model) !== stand(before)) return model;
  }
  return model;
}
