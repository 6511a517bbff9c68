import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { ModelReference } from '../../api/model-rollout.ts';
import type { RevisionContent } from '../cluster/revision-inputs.ts';
import type { Paint, Style } from '../terminal.ts';

/** One side of a comparison. */
export interface Side {
  /** `stable` or `candidate`. */
  role: string;
  revision: string;
  content: RevisionContent;
}

export interface Difference {
  stable: Side;
  candidate: Side;
}

/** Whoever reads a change wants to see where in the file it is. */
const linesAround = 3;

/** The same keys in the same order on both sides, or the difference would show how they were written. */
const yamlOf = ({ model, serving, service }: RevisionContent): string =>
  stringify(
    { ...(model && { model }), ...(service && { service }), serving },
    { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false },
  );

/** Hunks of a unified diff of both as YAML; none where they are the same. */
export const hunksOf = ({ stable, candidate }: Difference) =>
  structuredPatch('stable', 'candidate', yamlOf(stable.content), yamlOf(candidate.content), '', '', {
    context: linesAround,
  }).hunks;

/** A unified diff, with colours where there are any. */
export function diffLines(difference: Difference, paint: Paint): string[] {
  const { stable, candidate } = difference;
  const hunks = hunksOf(difference);
  if (hunks.length === 0) {
    return [`${nameOf(stable)} and ${nameOf(candidate)} are made from the same model and template`];
  }
  return [
    paint('bold', `--- ${nameOf(stable)}`),
    paint('bold', `+++ ${nameOf(candidate)}`),
    ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      paint('cyan', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
      ...lines.map((line) => painted(line, paint)),
    ]),
  ];
}

const styles: Readonly<Record<string, Style>> = { '+': 'green', '-': 'red' };

function painted(line: string, paint: Paint): string {
  const style = styles[line[0] ?? ''];
  return style ? paint(style, line) : line.trimEnd();
}

function nameOf({ role, revision, content }: Side): string {
  const { name, version } = (content.model ?? {}) as ModelReference;
  const model = [name, version].filter((part) => part !== undefined).join(' ');
  return `${role} ${revision}${model === '' ? '' : ` (${model})`}`;
}
