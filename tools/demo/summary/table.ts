import { count, seconds, styled, paint, plain, type Line } from '../view/styled-text.ts';
import { asideLines } from './asides.ts';
import type { DemoSummary, RolloutSummary, SeenVersion } from './summary.ts';

export interface TableOptions {
  readonly width: number;
  readonly color: boolean;
}

const headers = ['version', 'outcome', 'took', 'requests (failed)', 'not model', 'to 0 %'];
const legend = [
  'not model: failures that no model caused',
  'to 0 %: from the first failed answer at the client to the route without weight',
];

/** The summary for people: a table, totals, and what was not as expected. Problems are never cut. */
export function summaryLines(summary: DemoSummary, { width, color }: TableOptions): string[] {
  const rows = summary.rollouts.map(cells);
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (texts: readonly string[]) =>
    texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ');
  const table: Line[] = [
    [styled('dim', `  ${line(headers)}`)],
    ...rows.map((row): Line => [plain(`  ${line(row)}`)]),
  ];
  const notSent = summary.notSent > 0 ? `, ${count(summary.notSent)} due but not sent` : '';
  const totals =
    `  ${count(summary.requests)} requests, ${count(summary.failures)} failed, ` +
    `${count(summary.failuresNotByModel)} of them not by a model${notSent}; ${seconds(summary.durationMs)} in all`;
  const verdict: Line = summary.ok
    ? [styled('good', 'As expected: '), plain(summary.moral)]
    : [styled('bad', 'Not as expected:')];
  return [
    ...(rows.length > 0
      ? [
          ...table.map((each) => paint(each, width, color)),
          ...legend.map((text) => paint([styled('dim', `  ${text}`)], width, color)),
          '',
          ...asideLines(summary.rollouts, { width, color }),
          totals,
          '',
        ]
      : []),
    paint(verdict, Infinity, color),
    ...summary.problems.map((problem) => `  - ${problem}`),
    ...(summary.logs === null
      ? []
      : [`Logs of the controller, the models and the cluster's parts: ${summary.logs}`]),
  ];
}

function cells(rollout: RolloutSummary): string[] {
  const { version, outcome, durationMs, requests, failuresNotByModel, firstFailureToWeightZeroMs } = rollout;
  return [
    `v${version}`,
    outcome ?? (rollout.rollout === null && durationMs !== null ? 'served' : 'none'),
    durationMs === null ? '-' : seconds(durationMs),
    requests.map(seenInWords).join(', ') || '-',
    count(failuresNotByModel),
    firstFailureToWeightZeroMs === null ? '-' : seconds(firstFailureToWeightZeroMs),
  ];
}

function seenInWords({ version, requests, failures }: SeenVersion): string {
  return `${version === null ? 'no model' : `v${version}`} ${count(requests)} (${count(failures)})`;
}
