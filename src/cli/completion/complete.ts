import { commandShapes, type FlagValue, type Flags } from './flag-table.ts';

/** What else a shell may do with what is offered, as a sum: the numbers are those of Cobra, which kubectl reads. */
export const directives = { none: 0, noSpace: 2, noFiles: 4 } as const;

export interface Candidate {
  word: string;
  description?: string;
}

export interface Completion {
  candidates: Candidate[];
  directive: number;
}

/** Where names come from. They may be had from a cluster: each is asked only for what is needed. */
export interface Names {
  models(chosen: ChosenCluster): Promise<string[]>;
  deployments(chosen: ChosenCluster): Promise<string[]>;
  namespaces(chosen: ChosenCluster): Promise<string[]>;
  contexts(chosen: ChosenCluster): Promise<string[]>;
}

/** What the words before say of the cluster. */
export interface ChosenCluster {
  namespace?: string;
  context?: string;
  kubeconfig?: string;
}

/**
 * What may stand in the place of the last word, which may be empty.
 *
 * @param words what comes after the program's name
 * @param commands every command with its summary
 */
export async function complete(
  words: readonly string[],
  commands: Readonly<Record<string, string>>,
  names: Names,
): Promise<Completion> {
  const [command, ...rest] = words;
  const last = words.at(-1) ?? '';
  if (command === undefined || words.length === 1) {
    const all = Object.entries(commands).map(([word, description]) => ({ word, description }));
    return offered([...all, { word: '--help' }], last);
  }
  const shape = commandShapes[command];
  if (!shape || !Object.hasOwn(commands, command)) return nothing;
  const given = givenIn(rest.slice(0, -1), shape.flags);
  const valueOf = (value: FlagValue, typed: string, before = '') =>
    valueCompletion(value, typed, before, given.chosen, names);
  if (given.open !== undefined) return await valueOf(given.open, last);
  const [, flag, typed] = /^(--[^=]+)=(.*)$/.exec(last) ?? [];
  if (flag !== undefined && typed !== undefined) {
    return await valueOf(shape.flags[flag] ?? 'text', typed, `${flag}=`);
  }
  if (last.startsWith('-')) {
    const flags = Object.keys(shape.flags).filter((one) => one.startsWith('--') && !given.flags.has(one));
    return offered(
      flags.map((word) => ({ word })),
      last,
    );
  }
  if (shape.operand === undefined || given.operands > 0) return nothing;
  const { operand } = shape;
  if (operand === 'model') return await namesFor(() => names.models(given.chosen), last);
  if (operand === 'deployment') return await namesFor(() => names.deployments(given.chosen), last);
  return offered(
    operand.map((word) => ({ word })),
    last,
  );
}

const nothing: Completion = { candidates: [], directive: directives.noFiles };

function offered(candidates: readonly Candidate[], typed: string): Completion {
  return {
    candidates: candidates.filter(({ word }) => word.startsWith(typed)),
    directive: directives.noFiles,
  };
}

async function valueCompletion(
  value: FlagValue,
  typed: string,
  before: string,
  chosen: ChosenCluster,
  names: Names,
): Promise<Completion> {
  const behind = ({ candidates, directive }: Completion): Completion => ({
    directive,
    candidates: candidates.map(({ word, ...rest }) => ({ ...rest, word: before + word })),
  });
  switch (value) {
    case 'path':
      return { candidates: [], directive: directives.none };
    case 'namespace':
      return behind(await namesFor(() => names.namespaces(chosen), typed));
    case 'context':
      return behind(await namesFor(() => names.contexts(chosen), typed));
    case 'none':
    case 'text':
      return nothing;
    default:
      return behind(
        offered(
          value.map((word) => ({ word })),
          typed,
        ),
      );
  }
}

/** A shell waits: whoever cannot be asked has nothing to offer. */
async function namesFor(ask: () => Promise<string[]>, typed: string): Promise<Completion> {
  const found = await ask().catch(() => []);
  return offered(
    [...new Set(found)].sort().map((word) => ({ word })),
    typed,
  );
}

interface Given {
  flags: Set<string>;
  operands: number;
  chosen: ChosenCluster;
  /** The last word is a flag whose value comes now. */
  open?: FlagValue;
}

const ofCluster: Readonly<Record<string, keyof ChosenCluster>> = {
  '-n': 'namespace',
  '--namespace': 'namespace',
  '--context': 'context',
  '--kubeconfig': 'kubeconfig',
};

function givenIn(words: readonly string[], flags: Flags): Given {
  const given: Given = { flags: new Set(), operands: 0, chosen: {} };
  let open: string | undefined;
  for (const word of words) {
    if (open !== undefined) {
      note(given, open, word);
      open = undefined;
      continue;
    }
    const [, name = word, value] = /^(--[^=]+)=(.*)$/.exec(word) ?? [];
    if (!name.startsWith('-')) {
      given.operands += 1;
      continue;
    }
    given.flags.add(name);
    if (value !== undefined) note(given, name, value);
    else if (flags[name] !== undefined && flags[name] !== 'none') open = name;
  }
  return open === undefined ? given : { ...given, open: flags[open]! };
}

function note(given: Given, flag: string, value: string): void {
  const field = ofCluster[flag];
  if (field) given.chosen[field] = value;
}

/** As Cobra prints it: a line each, a tab before the description, and the directive at the end. */
export const completionLines = ({ candidates, directive }: Completion): string[] => [
  ...candidates.map(({ word, description }) =>
    description === undefined ? word : `${word}\t${description}`,
  ),
  `:${directive}`,
];
