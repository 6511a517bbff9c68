import { describe, expect, it } from '@jest/globals';
import { commandSummaries } from '../command-line.ts';
import { runCaptured } from '../testing/run-captured.ts';
import { type ChosenCluster, complete, completionLines, directives } from './complete.ts';
import { commandShapes } from './flag-table.ts';

const asked: ChosenCluster[] = [];
const names = {
  models: async (chosen: ChosenCluster) => {
    asked.push(chosen);
    return ['sentiment', 'fraud', 'sentences'];
  },
  deployments: async () => ['digits', 'ranker'],
  namespaces: async () => ['ml', 'eu'],
  contexts: async () => ['prod', 'test'],
};
const commands = Object.fromEntries(Object.keys(commandShapes).map((name) => [name, `does ${name}`]));
const words = async (...typed: string[]) =>
  (await complete(typed, commands, names)).candidates.map(({ word }) => word);

describe('what completes a line', () => {
  it('is a command first, with what it does', async () => {
    expect(await complete(['wa'], commands, names)).toEqual({
      candidates: [
        { word: 'watch', description: 'does watch' },
        { word: 'wait', description: 'does wait' },
      ],
      directive: directives.noFiles,
    });
    expect(await words('')).toEqual([...Object.keys(commandShapes), '--help']);
    expect(await complete(['get', 'x'], {}, names)).toEqual({
      candidates: [],
      directive: directives.noFiles,
    });
  });

  it.each<[string[], string[]]>([
    [
      ['lint', '--s'],
      ['--scrape-interval', '--strict'],
    ],
    [['lint', '--strict', '--st'], []],
    [
      ['get', '-o', ''],
      ['json', 'yaml', 'name', 'wide'],
    ],
    [['get', '--output=y'], ['--output=yaml']],
    [['wait', 'fraud', '--for', 'tr'], ['traffic']],
    [['wait', '--for=r'], ['--for=rolled-back']],
    [['simulate', '--scenario', 'errors:'], ['errors:5%']],
    [
      ['get', 'se'],
      ['sentences', 'sentiment'],
    ],
    [['get', '-A', 'fr'], ['fraud']],
    [['get', 'fraud', ''], []],
    [['init', 'r'], ['ranker']],
    [['init', '--strategy', 's'], ['shadow']],
    [['promote', '--reason', 'se', 'fr'], ['fraud']],
    [['promote', '--reason', 'f'], []],
    [
      ['get', '-n', ''],
      ['eu', 'ml'],
    ],
    [['get', '--context', 'p'], ['prod']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'kubectl'],
    ],
    [['completion', 'bash', ''], []],
    [['nonsense', ''], []],
  ])('of %j is %j', async (typed, expected) => {
    expect(await words(...typed)).toEqual(expected);
  });

  it('is a file where one is named, and nowhere else', async () => {
    const directive = async (...typed: string[]) => (await complete(typed, commands, names)).directive;
    expect(await directive('lint', '-f', 'x')).toBe(directives.none);
    expect(await directive('lint', '--file=x')).toBe(directives.none);
    expect(await directive('lint', '')).toBe(directives.noFiles);
  });

  it('asks the cluster that the line names', async () => {
    asked.length = 0;
    await words('get', '-n', 'ml', '--context=prod', '--kubeconfig', 'k', '');
    expect(asked).toEqual([{ namespace: 'ml', context: 'prod', kubeconfig: 'k' }]);
  });

  it('is nothing where the cluster cannot be asked', async () => {
    const broken = { ...names, models: () => Promise.reject(new Error('no network')) };
    const completion = await complete(['get', ''], commands, broken);
    expect(completionLines(completion)).toEqual([':4']);
  });
});

describe('the table of flags', () => {
  it.each(Object.keys(commandSummaries()))('knows those of %s as its help has them', async (command) => {
    const { output } = await runCaptured([command, '--help']);
    const told = new Set(
      [...output.matchAll(/^ {2,6}(-\w)?(?:, )?(--[a-z-]+)?/gm)].flatMap(([, short, long]) =>
        [short, long].filter((one) => one !== undefined),
      ),
    );
    expect([...told].sort()).toEqual(Object.keys(commandShapes[command]?.flags ?? {}).sort());
  });
});
