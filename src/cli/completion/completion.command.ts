import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseCommand } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { shells } from './flag-table.ts';
import { completionScripts } from './scripts.ts';

export const completionHelp = (
  program: string,
): string => `Prints what a shell needs to complete commands, flags, their values, and the names of ModelDeployments in the cluster.

Usage: ${program} completion ${shells.join('|')}

  bash     source <(understudy completion bash)             in ~/.bashrc
  zsh      source <(understudy completion zsh)              in ~/.zshrc, after compinit
  fish     understudy completion fish | source              in ~/.config/fish/config.fish
  kubectl  understudy completion kubectl > kubectl_complete-understudy
           made executable and in PATH, for "kubectl understudy" in a shell that completes kubectl

  -h, --help  this text`;

/** `understudy completion SHELL`: prints the script. Throws `UsageError`. */
export async function completion(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseCommand(argv, { help: { type: 'boolean', short: 'h' } });
  if (values.help) {
    terminal.print(completionHelp(terminal.program));
    return exitCodes.done;
  }
  const [name, ...more] = positionals;
  const shell = shells.find((one) => one === name);
  if (!shell || more.length > 0) {
    const found = positionals.length === 0 ? 'none is given' : `found "${positionals.join(' ')}"`;
    throw new UsageError(`completion needs the name of a shell: ${found}; accepted: ${shells.join(', ')}`);
  }
  terminal.write(completionScripts[shell]);
  return exitCodes.done;
}
