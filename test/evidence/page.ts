import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from './trial.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks', 'evidence.md');

const intro = `# Rollouts in real time

Written by \`npm run test:evidence\`: the local cluster's real gateway and Prometheus, four pods a revision, 100 requests a second for each model, a scrape and a look every
5 s. One request in a hundred fails by chance, in both revisions; what the candidate does beside that is in its name. Harm is tried with steps of 5, 10, 25 and 50 %, each held for 30 s. Times are from
the first weight to all of the traffic, or to the moment when it went back.
`;

const sections = new Map<string, Trial[]>();

export function noteTrials(section: string, trials: readonly Trial[]): void {
  sections.set(section, [...(sections.get(section) ?? []), ...trials]);
}

/** Sections that were not run this time stay as they are. */
export function writePage(): void {
  const before = existsSync(page)
    ? readFileSync(page, 'utf8')
        .split(/^(?=## )/m)
        .slice(1)
    : [];
  const kept = new Map(before.map((text) => [/^## (.*)$/m.exec(text)![1]!, text.trimEnd()]));
  for (const [title, trials] of sections) kept.set(title, sectionOf(title, trials));
  if (kept.size > 0) writeFileSync(page, `${[intro.trimEnd(), ...kept.values()].join('\n\n')}\n`);
}

function sectionOf(title: string, trials: readonly Trial[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const rows = trials.map(
    ({ name, outcome, afterS, requests, bad }) =>
      `| ${name} | ${outcome} | ${afterS} s | ${requests} | ${bad} |`,
  );
  return [
    `## ${title}`,
    '',
    `Run on ${day}.`,
    '',
    '| candidate | outcome | after | its requests | bad answers |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
