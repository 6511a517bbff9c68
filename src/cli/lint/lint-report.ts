import type { Terminal } from '../terminal.ts';
import { gateTimes, timesFigures } from '../plan-times-words.ts';
import type { Finding } from './finding.ts';
import type { LintedObject } from './lint-objects.ts';

/** How many findings of each kind there are. */
export interface Tally {
  objects: number;
  refused: number;
  warnings: number;
}

export function tallyOf(objects: readonly LintedObject[]): Tally {
  const all = objects.flatMap(({ findings }) => findings);
  const refused = all.filter(({ severity }) => severity === 'refused').length;
  return { objects: objects.length, refused, warnings: all.length - refused };
}

/** Prints the objects with what is to be said about them, and a line at the end. */
export function printLint(objects: readonly LintedObject[], terminal: Terminal): void {
  for (const linted of objects) {
    terminal.print(`${terminal.style('bold', nameOf(linted))}  ${linted.file}`);
    for (const line of linted.findings.flatMap((finding) => linesOf(finding, terminal))) terminal.print(line);
    if (linted.findings.length === 0) terminal.print(`  ${terminal.style('green', 'nothing to say')}`);
    for (const line of timesOf(linted)) terminal.print(`  ${line}`.trimEnd());
    terminal.print('');
  }
  terminal.print(closingLine(tallyOf(objects), terminal));
}

/** The same for programs. */
export const lintDocument = (objects: readonly LintedObject[]) => ({
  ...tallyOf(objects),
  results: objects.map((linted) => ({
    file: linted.file,
    kind: linted.kind,
    namespace: linted.object.metadata.namespace ?? null,
    name: linted.object.metadata.name ?? null,
    findings: linted.findings,
    ...(linted.subject?.traffic && { times: timesFigures(linted.subject) }),
  })),
});

const nameOf = ({ kind, object: { metadata } }: LintedObject): string => {
  const { generateName } = metadata as { generateName?: string };
  const name = metadata.name ?? (generateName === undefined ? '(no name)' : `${generateName}...`);
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${name}`;
};

function linesOf({ severity, code, path, found, why, advice }: Finding, terminal: Terminal): string[] {
  const colour = severity === 'refused' ? 'red' : 'yellow';
  return [
    `  ${terminal.style(colour, severity.padEnd(7))}  ${terminal.style('bold', code)}  ${path}: found ${found}`,
    ...[why, advice].flatMap((text) => (text ? [`           ${text}`] : [])),
  ];
}

const timesOf = ({ subject }: LintedObject): string[] =>
  subject?.traffic ? ['', ...gateTimes(subject)] : [];

function closingLine({ objects, refused, warnings }: Tally, terminal: Terminal): string {
  const what = `${objects} ${objects === 1 ? 'object' : 'objects'}`;
  if (refused + warnings === 0) return terminal.style('green', `${what}: nothing is refused, no warnings`);
  const words = `${what}: ${refused} refused, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  return terminal.style(refused > 0 ? 'red' : 'yellow', words);
}
