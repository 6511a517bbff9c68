import type { DigitRow } from '../dataset.ts';
import { predict, type Model } from '../model/model.ts';
import { PreprocessingError } from '../model/preprocessing.ts';

/** How a model did on labelled rows. */
export interface Evaluation {
  readonly version: string;
  readonly description: string;
  readonly rows: number;
  /** Rows that got an answer; on the others the preprocessing threw. */
  readonly answered: number;
  readonly correct: number;
}

/** Asks the model about every row. */
export function evaluate(model: Model, rows: readonly DigitRow[]): Evaluation {
  let answered = 0;
  let correct = 0;
  for (const row of rows) {
    try {
      if (predict(model, row.pixels).digit === row.digit) correct++;
      answered++;
    } catch (error) {
      if (!(error instanceof PreprocessingError)) throw error;
    }
  }
  return { version: model.version, description: model.description, rows: rows.length, answered, correct };
}

/** The share of right answers among the answered rows. */
export function accuracy(evaluation: Evaluation): number {
  return evaluation.correct / evaluation.answered;
}

/** The table of the README, in Markdown; a test compares the two. */
export function formatEvaluations(evaluations: readonly Evaluation[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const rows = [
    ['version', 'model', 'held-out rows', 'accuracy on answered rows', 'throws on'],
    ...evaluations.map((evaluation) => [
      evaluation.version,
      evaluation.description,
      String(evaluation.rows),
      percent(accuracy(evaluation)),
      percent(1 - evaluation.answered / evaluation.rows),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const ruler = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(rows[0] ?? []), ruler, ...rows.slice(1).map(line)].join('\n');
}
