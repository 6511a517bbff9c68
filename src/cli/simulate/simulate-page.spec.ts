import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vocabulary } from '../../simulation/scenarios/vocabulary.ts';
import { runCaptured } from '../testing/run-captured.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'simulate.md'), 'utf8');
const shown = [...page.matchAll(/```console\n\$ understudy (.*)\n([^]*?)```/g)].map(
  ([, command, output]) => [command!, output!] as const,
);

describe('docs/simulate.md', () => {
  it('shows what the commands print; `npm run generate:simulate` writes it anew', async () => {
    expect(shown.length).toBeGreaterThan(1);
    for (const [command, output] of shown) {
      const argv = command.split(' ').map((part) => (part.endsWith('.yaml') ? join(root, part) : part));
      expect((await runCaptured(argv)).output).toBe(output);
    }
  });

  it('tells of every scenario', () => {
    const told = [...page.matchAll(/^\| `([a-z-]+)/gm)].map(([, word]) => word);
    for (const { word } of vocabulary) expect(told).toContain(word);
  });
});
