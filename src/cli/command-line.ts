import type { RolloutVerb } from '../api/rollout-action.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { Problem } from './problem.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** A command of `understudy`. */
interface Command {
  /** Absent: people are not told of it. */
  summary?: string;
  /** Loads what it needs late: other commands start without it. */
  load: () => Promise<(argv: readonly string[], terminal: Terminal) => Promise<ExitCode>>;
}

const verb = (name: RolloutVerb, summary: string): Command => ({
  summary,
  load: async () => (await import('./verbs/verb.command.ts')).verbCommand(name),
});

const commands: Readonly<Record<string, Command>> = {
  __complete: {
    load: async () => (await import('./completion/complete.command.ts')).completeWords,
  },
  get: {
    summary: 'what is served and rolled out; with a name everything about one',
    load: async () => (await import('./get/get.command.ts')).get,
  },
  watch: {
    summary: 'the same as a live view',
    load: async () => (await import('./watch/watch.command.ts')).watch,
  },
  dashboard: {
    summary: 'the same as a page in your browser, on this machine alone',
    load: async () => (await import('./dashboard/dashboard.command.ts')).dashboard,
  },
  explain: {
    summary: 'why it is where it is, in words and numbers, and what would change it',
    load: async () => (await import('./explain/explain.command.ts')).explain,
  },
  history: {
    summary: 'past rollouts: how they ended, when and why',
    load: async () => (await import('./history/history.command.ts')).history,
  },
  wait: {
    summary: 'wait until it is promoted, taken back or healthy: an exit code for CI',
    load: async () => (await import('./wait/wait.command.ts')).wait,
  },
  promote: verb('promote', 'leave the step at which a rollout stands; --full: all of them'),
  pause: verb('pause', 'freeze a rollout; a failing candidate is still taken back'),
  resume: verb('resume', 'let a paused rollout go on'),
  abort: verb('abort', 'end a rollout: all traffic goes back at once'),
  retry: verb('retry', 'try a revision again that failed or was aborted'),
  rollback: verb('rollback', 'go back to the previous revision, or another one, and stay there'),
  skip: verb('skip', 'leave a step that is not finished, without its gate'),
  restart: verb('restart', 'replace the pods of a revision one after another'),
  diff: {
    summary: 'what the candidate has that the stable revision has not',
    load: async () => (await import('./diff/diff.command.ts')).diff,
  },
  plan: {
    summary: 'what would happen if a manifest was applied',
    load: async () => (await import('./plan/plan.command.ts')).plan,
  },
  lint: {
    summary: 'judge manifests without a cluster, and say what an expert would',
    load: async () => (await import('./lint/lint.command.ts')).lint,
  },
  init: {
    summary: 'write a first manifest for what a Deployment runs',
    load: async () => (await import('./init/init.command.ts')).init,
  },
  convert: {
    summary: 'make ModelDeployments of manifests for Argo Rollouts and Flagger',
    load: async () => (await import('./convert/convert.command.ts')).convert,
  },
  simulate: {
    summary: 'roll a manifest out in a simulated cluster, in seconds',
    load: async () => (await import('./simulate/simulate.command.ts')).simulate,
  },
  analyze: {
    summary: 'replay the judge over the recorded history of a rollout',
    load: async () => (await import('./analyze/analyze.command.ts')).analyze,
  },
  completion: {
    summary: 'what bash, zsh, fish and kubectl need to complete commands and names',
    load: async () => (await import('./completion/completion.command.ts')).completion,
  },
  version: {
    summary: 'the version of this program and of the controllers in the cluster',
    load: async () => (await import('./version/version.command.ts')).version,
  },
};

/** Every command that people are told of, with what it does. */
export const commandSummaries = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(commands).flatMap(([name, { summary }]) =>
      summary === undefined ? [] : [[name, summary]],
    ),
  );

const help = (program: string): string =>
  [
    'Rolls out machine-learning models on Kubernetes by evidence.',
    '',
    `Usage: ${program} COMMAND [flags]`,
    '',
    'Commands:',
    ...Object.entries(commandSummaries()).map(([name, summary]) => `  ${name.padEnd(12)}${summary}`),
    '',
    `"${program} COMMAND --help" tells more of one.`,
  ].join('\n');

/** Runs what the arguments say, and gives the exit code. Nothing is thrown. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      terminal.print(help(terminal.program));
      return name === undefined ? exitCodes.usage : exitCodes.done;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) {
      const accepted = Object.keys(commandSummaries()).join(', ');
      const hint = name.startsWith('-') ? ': flags come after the command' : '';
      throw new UsageError(`there is no command "${name}"${hint}; accepted: ${accepted}`);
    }
    const run = await command.load();
    return await run(rest, terminal);
  } catch (error) {
    terminal.complain(`understudy: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Problem) {
      for (const sentence of error.next) terminal.complain(`  ${sentence}`);
      return error.exitCode;
    }
    if (!(error instanceof UsageError)) return exitCodes.broken;
    const about = name !== undefined && Object.hasOwn(commands, name) ? `${name} ` : '';
    terminal.complain(`"${terminal.program} ${about}--help" shows what is accepted.`);
    return exitCodes.usage;
  }
}
