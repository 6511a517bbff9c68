/** `npm run generate:simulate`: writes what the commands of docs/simulate.md print today into it. Needs a build. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const page = join(root, 'docs', 'simulate.md');

const written = readFileSync(page, 'utf8').replaceAll(
  /```console\n\$ understudy (.*)\n[^]*?```/g,
  (_, command: string) => {
    const run = spawnSync(process.execPath, ['dist/cli.js', ...command.split(' ')], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    if (run.stderr !== '') throw new Error(`understudy ${command}: ${run.stderr}`);
    return `\`\`\`console\n$ understudy ${command}\n${run.stdout}\`\`\``;
  },
);
writeFileSync(page, written);
console.log(`wrote ${page}`);
