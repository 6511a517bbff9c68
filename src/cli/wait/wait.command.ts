import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { Cluster, ObjectName } from '../../kubernetes/cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { clusterFlags, clusterFlagsHelp, oneName } from '../cluster/cluster-flags.ts';
import { withCluster } from '../cluster/cluster-access.ts';
import { followOne } from '../cluster/follow.ts';
import { asModel, getModel } from '../cluster/objects.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { durationFlag, parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { ChangeTeller } from '../views/change-lines.ts';
import { canvasOf } from '../views/view.ts';
import { inSeconds } from '../words.ts';
import { type Goal, goals, isGoal, type Standing, standingOf } from './goals.ts';
import { type Verdict, verdictCodes, verdictLine, type VerdictWord } from './verdict.ts';

const defaultTimeout = '1h';

const help = (
  program: string,
): string => `Waits for what becomes of a ModelDeployment. What happens on the way goes to standard error, and the verdict to standard output, as
one line of JSON.

Usage: ${program} wait NAME --for GOAL [--timeout TIME] [--quiet] [-n NAMESPACE]

      --for GOAL        one of
${Object.entries(goals)
  .map(([goal, meaning]) => `                          ${goal.padEnd(12)} ${meaning}`)
  .join('\n')}
      --timeout TIME    such as 90s or 45m; default: ${defaultTimeout}
  -q, --quiet           nothing but the verdict
${clusterFlagsHelp}

Exit codes: 0 as asked; 1 the opposite: it will not come before somebody acts; 2 timed out; 3 the command line or the cluster cannot be
used.`;

/** `understudy wait`: an exit code for pipelines. Throws `UsageError`. */
export async function wait(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, {
    ...clusterFlags,
    for: { type: 'string' },
    timeout: { type: 'string' },
    quiet: { type: 'boolean', short: 'q' },
  });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const name = oneName('wait', positionals);
  const goal = goalOf(values.for);
  const timeoutMs = durationFlag('--timeout', values.timeout ?? defaultTimeout)!;
  const teller = values.quiet ? undefined : new ChangeTeller();
  const said = { goal, namespace: values.namespace ?? '', name };
  const startedMs = Date.now();
  const end = (verdict: Omit<Verdict, keyof typeof said | 'waitedMs'>): ExitCode => {
    terminal.print(verdictLine({ ...said, ...verdict, waitedMs: Date.now() - startedMs }));
    return verdictCodes[verdict.verdict];
  };
  try {
    return await withCluster(values, async ({ cluster, namespace }) => {
      said.namespace = namespace;
      return end(
        await untilGoal(cluster, { namespace, name }, goal, {
          timeoutMs,
          onModel: (model) => {
            const told = teller?.tell([model], canvasOf(terminal, Date.now(), true)) ?? [];
            for (const line of told) terminal.complain(line);
          },
          onTrouble: (message) => terminal.complain(`understudy: ${message}; still waiting`),
        }),
      );
    });
  } catch (error) {
    // A pipeline reads the verdict, whatever it is. A fault of ours must not look like the opposite outcome.
    end({ verdict: 'Error', message: error instanceof Error ? error.message : String(error) });
    if (error instanceof Error && error.name === 'Problem') throw error;
    terminal.complain(`understudy: ${String(error)}`);
    return exitCodes.usage;
  }
}

function goalOf(text: string | undefined): Goal {
  const accepted = Object.keys(goals).join(', ');
  if (text === undefined) throw new UsageError(`wait needs --for; accepted: ${accepted}`);
  if (!isGoal(text)) throw new UsageError(`--for: there is no goal "${text}"; accepted: ${accepted}`);
  return text;
}

/** Node has no longer timers: 24 days. */
const longestTimerMs = 2 ** 31 - 1;

export interface Ending {
  verdict: VerdictWord;
  message: string;
  model: ModelDeployment | undefined;
}

export interface UntilOptions {
  timeoutMs: number;
  onModel: (model: ModelDeployment) => void;
  onTrouble: (message: string) => void;
}

/** Follows a ModelDeployment until it has reached the goal or its opposite, or the time is over. */
export async function untilGoal(
  cluster: Cluster,
  name: ObjectName,
  goal: Goal,
  { timeoutMs, onModel, onTrouble }: UntilOptions,
): Promise<Ending> {
  // One that is not there is a mistake; one that goes is an outcome.
  let model: ModelDeployment | undefined = await getModel(cluster, name);
  let standing: Standing = standingOf(goal, model);
  const stop = AbortSignal.timeout(Math.min(timeoutMs, longestTimerMs));
  const options = { signal: stop, onTrouble: ({ message }: Error) => onTrouble(message) };
  for await (const object of followOne(cluster, resourceKinds.modelDeployment, name, options)) {
    model = object && asModel(object);
    if (model) onModel(model);
    standing = standingOf(goal, model);
    if (standing.state !== 'pending') {
      const verdict = standing.state === 'reached' ? 'AsAsked' : 'Opposite';
      return { verdict, message: standing.because, model };
    }
  }
  const message = `not ${goal} within ${inSeconds(timeoutMs)}: ${standing.because}`;
  return { verdict: 'TimedOut', message, model };
}
