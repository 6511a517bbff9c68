import { checkClusterName } from '../cluster/layout.ts';

/** One invocation of the command line. */
export type Invocation =
  | { command: 'help'; topic?: CommandName }
  | { command: 'up'; name: string; foreground: boolean; need: 'kwok'[]; scrapeIntervalMs: number }
  | { command: 'supervise'; name: string; need: 'kwok'[]; scrapeIntervalMs: number }
  | { command: 'down'; name: string; all: boolean }
  | { command: 'status'; name?: string; json: boolean }
  | { command: 'kubeconfig'; name: string; path: boolean }
  | { command: 'exec'; name: string; argv: string[] }
  | { command: 'prepare'; need: 'kwok'[] };

export type CommandName = 'up' | 'down' | 'status' | 'kubeconfig' | 'exec' | 'prepare';

export const defaultName = 'understudy';
const defaultScrapeIntervalMs = 1000;

/** The command line makes no sense; the message says what was found and what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Option {
  /** What its value is called in help; an option without is a switch. */
  value?: string;
  commands: CommandName[];
  help: string;
}

export const options: Record<string, Option> = {
  '--name': {
    value: 'NAME',
    commands: ['up', 'down', 'status', 'kubeconfig', 'exec'],
    help: `which cluster; several can run side by side (default: ${defaultName})`,
  },
  '--foreground': { commands: ['up'], help: 'stay, show what happens, and end the cluster on Ctrl-C' },
  '--with': {
    value: 'PART',
    commands: ['up', 'prepare'],
    help: 'start a part that not every cluster has: kwok',
  },
  '--scrape-interval': {
    value: 'MS',
    commands: ['up'],
    help: `how often Prometheus scrapes, in milliseconds (default: ${defaultScrapeIntervalMs})`,
  },
  '--all': { commands: ['down'], help: 'end every cluster of this user' },
  '--json': { commands: ['status'], help: 'print JSON' },
  '--path': { commands: ['kubeconfig'], help: 'print the path of the file instead of its content' },
};

const commands: CommandName[] = ['up', 'down', 'status', 'kubeconfig', 'exec', 'prepare'];

/** Reads the arguments after the program's name. Throws `UsageError`. */
export function parseArguments(argv: readonly string[]): Invocation {
  const [first, ...rest] = argv;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const topic = commands.find((command) => command === rest[0]);
    return { command: 'help', topic };
  }
  const hidden = first === 'supervise';
  const command = hidden ? 'up' : commands.find((name) => name === first);
  if (command === undefined)
    throw new UsageError(`command: found "${first}"; accepted are ${commands.join(', ')}`);
  const { values, positional, help } = readOptions(command, rest);
  if (help) return { command: 'help', topic: command };
  return build(hidden ? 'supervise' : command, values, positional);
}

function build(
  command: CommandName | 'supervise',
  values: Map<string, string>,
  positional: string[],
): Exclude<Invocation, { command: 'help' }> {
  const name = clusterName(values.get('--name') ?? defaultName);
  const need = needed(values.get('--with'));
  if (command === 'exec') {
    if (positional.length === 0) throw new UsageError('exec: found no command; write it after "--"');
    return { command, name, argv: positional };
  }
  if (positional.length > 0)
    throw new UsageError(`${command}: found "${positional[0]}"; no arguments are accepted`);
  switch (command) {
    case 'up':
      return {
        command,
        name,
        need,
        foreground: values.has('--foreground'),
        scrapeIntervalMs: interval(values),
      };
    case 'supervise':
      return { command, name, need, scrapeIntervalMs: interval(values) };
    case 'down':
      return { command, name, all: values.has('--all') };
    case 'status':
      return { command, name: values.get('--name'), json: values.has('--json') };
    case 'kubeconfig':
      return { command, name, path: values.has('--path') };
    case 'prepare':
      return { command, need };
  }
}

function readOptions(command: CommandName, args: string[]) {
  const values = new Map<string, string>();
  const positional: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] as string;
    if (argument === '--') {
      positional.push(...args.slice(index + 1));
      break;
    }
    // What follows a command to run is that command's own.
    if (command === 'exec' && !argument.startsWith('-')) {
      positional.push(...args.slice(index));
      break;
    }
    if (argument === '--help' || argument === '-h') return { values, positional, help: true };
    if (!argument.startsWith('-')) {
      positional.push(argument);
      continue;
    }
    const [name = '', inline] = splitOnce(argument, '=');
    const option = options[name];
    if (option === undefined || !option.commands.includes(command)) {
      const accepted = Object.keys(options).filter((key) => options[key]?.commands.includes(command));
      throw new UsageError(`${command}: found ${name}; accepted are ${accepted.join(', ')}`);
    }
    if (option.value === undefined) {
      if (inline !== undefined) throw new UsageError(`${name}: found a value; it is a switch`);
      values.set(name, '');
      continue;
    }
    const value = inline ?? args[++index];
    if (value === undefined || value === '')
      throw new UsageError(`${name}: found no value; write ${name} ${option.value}`);
    values.set(name, value);
  }
  return { values, positional, help: false };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function clusterName(text: string): string {
  try {
    return checkClusterName(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function needed(value: string | undefined): 'kwok'[] {
  if (value === undefined) return [];
  if (value === 'kwok') return ['kwok'];
  throw new UsageError(`--with: found "${value}"; accepted is kwok`);
}

function interval(values: Map<string, string>): number {
  const text = values.get('--scrape-interval');
  if (text === undefined) return defaultScrapeIntervalMs;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms >= 100 && ms <= 3_600_000) return ms;
  throw new UsageError(
    `--scrape-interval: found "${text}"; accepted are whole milliseconds from 100 to 3600000`,
  );
}
