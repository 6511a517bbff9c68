import type { ModelReference } from '../../api/model-rollout.ts';
import { type Difference, hunksOf, type Side } from '../../presentation/revision-diff.ts';
import type { Paint, Style } from '../terminal.ts';

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
