import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from './trial.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks', 'evidence.md');

const intro = `# Rollouts in real time

Written by \`npm run test:evidence\`: the local cluster's real gateway and Prometheus, four pods a revision, 100 requests a second for each model, a scrape and a look every
5 s. One request in a hundred fails by chance, in both revisions; what the candidate does beside that is in its name. Harm is tried with steps of 5, 10, 25 and 50 %, each held for 30 s. Times are from
the first weight to all of the traffic, or to the moment when it went back.
`;

const noted = new Map<string, Trial[]>();

export function noteTrials(section: string, trials: readonly Trial[]): void {
  noted.set(section, [...(noted.get(section) ?? []), ...trials]);
}

/** What was not run this time stays as it is, with the day when it was. */
export function writePage(): void {
  const sections = existsSync(page) ? sectionsIn(readFileSync(page, 'utf8')) : new Map<string, Rows>();
  for (const [title, trials] of noted) {
    const rows = sections.get(title) ?? new Map<string, string>();
    for (const trial of trials) rows.set(trial.name, rowOf(trial));
    sections.set(title, rows);
  }
  const texts = [...sections].map(([title, rows]) => [`## ${title}\n`, ...head, ...rows.values()].join('\n'));
  if (texts.length > 0) writeFileSync(page, `${[intro.trimEnd(), ...texts].join('\n\n')}\n`);
}

/** The rows of a section, by the name of the candidate. */
type Rows = Map<string, string>;

const head = [
  '| candidate | outcome | after | its requests | bad answers | run on |',
  '| --- | --- | --- | --- | --- | --- |',
];

function rowOf({ name, outcome, afterS, requests, bad }: Trial): string {
  const day = new Date().toISOString().slice(0, 10);
  const after = Number.isNaN(afterS) ? '-' : `${afterS} s`;
  return `| ${name} | ${outcome} | ${after} | ${requests} | ${bad} | ${day} |`;
}

function sectionsIn(text: string): Map<string, Rows> {
  const parts = text.split(/^(?=## )/m).slice(1);
  return new Map(
    parts.map((part) => {
      const rows = part.split('\n').filter((line) => line.startsWith('| '));
      const named = rows.slice(head.length).map((row): [string, string] => [row.split('|')[1]!.trim(), row]);
      return [/^## (.*)$/m.exec(part)![1]!, new Map(named)];
    }),
  );
}
