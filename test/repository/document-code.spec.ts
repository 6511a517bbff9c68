import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { commandSummaries } from '../../src/cli/command-line.ts';
import { commandShapes } from '../../src/cli/completion/flag-table.ts';
import { lintObjects } from '../../src/cli/lint/lint-objects.ts';
import { fencedBlocks, type FencedBlock, inlineCode } from './fenced-blocks.ts';
import { shellCommands, understudyArguments } from './shell-lines.ts';

const root = join(import.meta.dirname, '..', '..');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
    .scripts,
);

/** Blocks of some languages, with the place at which each is found. */
const blocks = (...languages: string[]): [string, FencedBlock][] =>
  documents.flatMap((path) =>
    fencedBlocks(readFileSync(join(root, path), 'utf8'))
      .filter(({ language }) => languages.includes(language))
      .map((block): [string, FencedBlock] => [`${path}:${block.line}`, block]),
  );

/** What is wrong with objects of ours, and with parts of a spec of ours. Other YAML has only to be some. */
function faultsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const object = value as Record<string, unknown>;
  if (typeof object['kind'] === 'string' && 'apiVersion' in object) {
    const found = {
      file: 'document',
      apiVersion: String(object['apiVersion']),
      kind: object['kind'],
      object: { metadata: {}, ...object, kind: object['kind'] },
    };
    const linted = lintObjects([found], {
      scrapeIntervalMs: 15_000,
      traffic: undefined,
      ignored: new Set(),
    });
    return linted.flatMap(({ findings }) =>
      findings
        .filter(({ severity }) => severity === 'refused')
        .map(({ path, found: words, why }) => `${path}: found ${words}; ${why}`),
    );
  }
  const shape = ModelDeploymentSpec.shape as Record<
    string,
    { safeParse(part: unknown): { error?: Error; data?: unknown } }
  >;
  if (!Object.keys(object).every((name) => Object.hasOwn(shape, name))) return [];
  return Object.entries(object).flatMap(([name, part]) => {
    const { error, data } = shape[name]!.safeParse(part);
    if (error) return [`${name}: ${error.message}`];
    // Reading leaves unknown fields out.
    return JSON.stringify(sorted(data)) === JSON.stringify(sorted(part))
      ? []
      : [`${name}: has a field that is unknown`];
  });
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
};

/** What the command line would not take. */
function refusedWords(words: readonly string[]): string[] {
  const [command = '', ...rest] = words;
  if (command.startsWith('-') || command === 'help' || /^[A-Z.]+$/.test(command)) return [];
  if (!Object.hasOwn(commandSummaries(), command)) return [`there is no command ${command}`];
  const flags = commandShapes[command]?.flags ?? {};
  return rest
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.replace(/=.*/s, ''))
    .filter((flag) => !Object.hasOwn(flags, flag))
    .map((flag) => `${command} has no ${flag}`);
}

/** The same of calls in the lines of a text; a name alone, such as that of the chart, is no call. */
const refusedInText = (markdown: string): string[] =>
  inlineCode(markdown)
    .flatMap((content) => shellCommands({ language: 'sh', content }))
    .map(understudyArguments)
    .flatMap((words) => (words && words.length > 0 ? refusedWords(words) : []));

describe('the YAML of the documents', () => {
  it.each(blocks('yaml'))('%s is valid', (_place, { content }) => {
    // One block may show the same field several times, as so many examples.
    const parsed = parseAllDocuments(content, { uniqueKeys: false });
    const stream = Array.isArray(parsed) ? parsed : [];
    expect(stream.flatMap(({ errors }) => errors.map(({ message }) => message))).toEqual([]);
    expect(stream.flatMap((document) => faultsOf(document.toJS()))).toEqual([]);
  });

  it('is judged', () => {
    const object = {
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'ModelDeployment',
      metadata: { name: 'x' },
      spec: {},
    };
    expect(faultsOf(object)).not.toEqual([]);
    expect(faultsOf({ analysis: { intervall: '15s' } })).toEqual(['analysis: has a field that is unknown']);
    expect(faultsOf({ analysis: { minRequests: 'many' } })).toHaveLength(1);
  });
});

describe('the YAML files of the examples', () => {
  const files = execFileSync('git', ['ls-files', 'examples/*.yaml', 'examples/**/*.yaml'], {
    cwd: root,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');

  it.each(files)('%s is valid', (path) => {
    const documents = parseAllDocuments(readFileSync(join(root, path), 'utf8'));
    if (!Array.isArray(documents)) throw new Error('is empty');
    expect(documents.flatMap((document) => document.errors.map(({ message }) => message))).toEqual([]);
    expect(documents.flatMap((document) => faultsOf(document.toJS()))).toEqual([]);
  });
});

describe('the commands of the documents', () => {
  it.each(blocks('sh', 'console'))('%s are taken by the command line', (_place, block) => {
    const commands = shellCommands(block);
    const refused = commands.flatMap((words) => refusedWords(understudyArguments(words) ?? ['--help']));
    expect(refused).toEqual([]);
  });

  it.each(documents)('%s names in its text only commands and flags that are there', (path) => {
    expect(refusedInText(readFileSync(join(root, path), 'utf8'))).toEqual([]);
  });

  it.each(blocks('sh', 'console'))('%s name scripts and files that are there', (_place, block) => {
    for (const words of shellCommands(block)) {
      const run =
        words[0] === 'npm' && words[1] === 'run'
          ? words.slice(2).find((word) => !word.startsWith('-'))
          : undefined;
      if (run !== undefined) expect(scripts).toContain(run);
      if (!['kubectl', 'helm', 'node'].includes(words[0] ?? '')) continue;
      const files = words.filter((word) => /^(\.\/)?(examples|manifests|charts|crds|tools)\//.test(word));
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    }
  });

  it('are judged', () => {
    const commands = (content: string) => shellCommands({ language: 'sh', content });
    const refused = (content: string) =>
      commands(content).flatMap((words) => refusedWords(understudyArguments(words) ?? ['--help']));
    expect(refused('understudy wiat x')).toEqual(['there is no command wiat']);
    expect(refused('A=1 kubectl understudy get --fast | cat')).toEqual(['get has no --fast']);
    expect(refused('npm run --silent understudy -- lint \\\n  -f a.yaml --strickt  # why')).toEqual([
      'lint has no --strickt',
    ]);
    expect(refused('source <(understudy completion tcsh --now)')).toEqual(['completion has no --now']);
    expect(refused('understudy lint -f - --strict && understudy get x -o json > file')).toEqual([]);
    expect(
      refusedInText('Say `understudy explian NAME` or `kubectl understudy get --fast`, not `understudy`.'),
    ).toEqual(['there is no command explian', 'get has no --fast']);
    expect(shellCommands({ language: 'console', content: '$ a "b c"\nout\n' })).toEqual([['a', 'b c']]);
  });
});
