import { presetNames } from '../../api/preset-names.ts';

/** What completes the value of a flag. */
export type FlagValue =
  /** It has none. */
  | 'none'
  /** Whatever the user likes: nothing is offered. */
  | 'text'
  | 'path'
  | 'namespace'
  | 'context'
  /** One of these words. */
  | readonly string[];

export type Flags = Readonly<Record<string, FlagValue>>;

/** What a command takes, as far as a shell can help with it. */
export interface CommandShape {
  flags: Flags;
  /** What stands beside the flags. */
  operand?: 'model' | 'deployment' | readonly string[];
}

const help: Flags = { '-h': 'none', '--help': 'none' };
const cluster: Flags = {
  '-n': 'namespace',
  '--namespace': 'namespace',
  '--context': 'context',
  '--kubeconfig': 'path',
  '--as': 'text',
  '--as-group': 'text',
  ...help,
};
const many: Flags = { '-A': 'none', '--all-namespaces': 'none' };
const output = (...formats: readonly string[]): Flags => ({ '-o': formats, '--output': formats });
const file: Flags = { '-f': 'path', '--file': 'path' };
const all = output('json', 'yaml', 'name', 'wide');
const prometheus: Flags = { '--prometheus': 'text', '--bearer-token-file': 'path', '--ca-file': 'path' };

const verb = (own: Flags = {}): CommandShape => ({
  flags: {
    '--reason': 'text',
    '--wait': ['true', 'false'],
    '--timeout': 'text',
    ...own,
    ...output('json', 'yaml', 'name'),
    ...cluster,
  },
  operand: 'model',
});

export const shells = ['bash', 'zsh', 'fish', 'kubectl'] as const;

/** Scenarios that need no number, and the usual ones with one. */
const scenarios = [
  ...['healthy', 'errors:5%', 'slow:2x', 'crash', 'never-ready', 'bad-image', 'late-harm:10m'],
  ...['flapping', 'no-metrics', 'stale-metrics', 'silent-gateway', 'controller-crashes'],
];

/** Every command with its flags; a test holds it to what each command's own help says. */
export const commandShapes: Readonly<Record<string, CommandShape>> = {
  get: { flags: { ...many, ...all, ...cluster }, operand: 'model' },
  watch: { flags: { ...many, ...cluster }, operand: 'model' },
  dashboard: { flags: { '--port': 'text', ...prometheus, ...many, ...cluster } },
  explain: { flags: cluster, operand: 'model' },
  history: { flags: { ...all, ...cluster }, operand: 'model' },
  wait: {
    flags: {
      '--for': ['promoted', 'traffic', 'rolled-back', 'healthy'],
      '--timeout': 'text',
      '-q': 'none',
      '--quiet': 'none',
      ...cluster,
    },
    operand: 'model',
  },
  promote: verb({ '--full': 'none' }),
  pause: verb(),
  resume: verb(),
  abort: verb(),
  retry: verb(),
  rollback: verb({ '--to': 'text' }),
  skip: verb(),
  restart: verb({ '--revision': 'text' }),
  diff: { flags: { ...output('json'), ...cluster }, operand: 'model' },
  plan: {
    flags: {
      ...file,
      '--traffic': 'text',
      '--errors': 'text',
      '--scrape-interval': 'text',
      ...prometheus,
      ...output('json'),
      ...cluster,
    },
  },
  lint: {
    flags: {
      ...file,
      '--traffic': 'text',
      '--errors': 'text',
      '--scrape-interval': 'text',
      '--ignore': 'text',
      ...prometheus,
      '--strict': 'none',
      ...output('json'),
      ...help,
    },
  },
  init: {
    flags: {
      ...file,
      '--name': 'text',
      '--strategy': ['canary', 'blueGreen', 'shadow'],
      '--traffic': ['gateway', 'service'],
      '--gateway': 'text',
      '--hostname': 'text',
      '--gates': ['errors', 'latency', 'errors,latency', 'first-token', 'none'],
      '--latency': 'text',
      '--preset': presetNames,
      '-w': 'path',
      '--write': 'path',
      '--force': 'none',
      '--no-input': 'none',
      ...cluster,
    },
    operand: 'deployment',
  },
  convert: {
    flags: {
      ...file,
      '--gateway': 'text',
      '--hostname': 'text',
      '--strict': 'none',
      ...output('json'),
      ...help,
    },
  },
  simulate: {
    flags: {
      ...file,
      '--scenario': scenarios,
      '--seed': 'text',
      '--traffic': 'text',
      '--limit': 'text',
      '--compare': 'none',
      '--json': 'none',
      ...help,
    },
  },
  analyze: {
    flags: {
      ...file,
      ...prometheus,
      '--from': 'text',
      '--to': 'text',
      '--candidate': 'text',
      '--stable': 'text',
      '--mirrored': 'none',
      '-n': 'namespace',
      '--namespace': 'namespace',
      '--preset': 'text',
      '--interval': 'text',
      '--scrape-interval': 'text',
      '--timeout': 'text',
      '--json': 'none',
      ...help,
    },
  },
  completion: { flags: help, operand: shells },
  version: { flags: { '--client': 'none', ...output('json'), ...cluster } },
};
