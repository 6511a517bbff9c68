import { count, paint, plain, styled, type Line } from '../view/styled-text.ts';
import type { RolloutSummary } from './summary.ts';
import type { TableOptions } from './table.ts';

/** What a version showed where no user met it: at its preview, and on copies. With an empty line behind each block. */
export function asideLines(rollout: RolloutSummary, { width, color }: TableOptions): string[] {
  const blocks = [previewLines(rollout), reportLines(rollout)].filter((block) => block.length > 0);
  return blocks.flatMap((block) => [...block.map((line) => paint(line, width, color)), '']);
}

function previewLines({ version, preview }: RolloutSummary): Line[] {
  if (!preview) return [];
  const { requests, failures, correct } = preview;
  return [
    [
      plain(`  v${version} at its preview, before users got it: `),
      plain(`${requests} requests of a tester, ${failures} failed, ${correct} right`),
    ],
  ];
}

type MetricReport = RolloutSummary['report'][number];

function reportLines({ version, report }: RolloutSummary): Line[] {
  if (report.length === 0) return [];
  const rows = [
    ['metric', 'verdict', `v${version}, on copies`, 'stable, on the requests'],
    ...report.map(({ metric, verdict, candidate, stable }) => [
      metric,
      verdict,
      armInWords(candidate),
      armInWords(stable),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const text = (row: string[]) =>
    `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`;
  return [
    [plain(`  report on v${version}, whose answers no client saw`)],
    ...rows.map((row, index): Line => [styled(index === 0 ? 'dim' : undefined, text(row))]),
  ];
}

/** Of a metric that counts: the share of bad requests and how many there were. Of a query: its result. */
function armInWords(arm: MetricReport['candidate']): string {
  if (arm?.requests === undefined) return arm?.value === undefined ? '-' : String(arm.value);
  const share = arm.value === undefined ? '-' : `${Math.round(1_000 * arm.value) / 10} %`;
  return `${share} bad of ${count(arm.requests)}`;
}
