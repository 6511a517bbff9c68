import { count, paint, plain, styled, type Line } from '../view/styled-text.ts';
import type { RolloutSummary } from './summary.ts';
import type { TableOptions } from './table.ts';

/** What the versions showed where no user met them: at the preview, and on copies. With an empty line behind each block. */
export function asideLines(rollouts: readonly RolloutSummary[], { width, color }: TableOptions): string[] {
  const blocks = [rollouts.flatMap(previewLines), ...rollouts.map(reportLines)];
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block) => [...block.map((line) => paint(line, width, color)), '']);
}

function previewLines({ version, preview }: RolloutSummary): Line[] {
  if (!preview) return [];
  const { requests, failures } = preview;
  return [
    [
      plain(
        `  v${version} at its preview, before users got it: a tester's ${requests} requests, ${failures} failed`,
      ),
    ],
  ];
}

type MetricReport = RolloutSummary['report'][number];

function reportLines({ version, report }: RolloutSummary): Line[] {
  if (report.length === 0) return [];
  const rows = [
    ['metric', 'verdict', 'bad of its copies', 'bad of the requests at the stable'],
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
    [plain(`  v${version} on copies of the requests, whose answers no client saw`)],
    ...rows.map((row, index): Line => [styled(index === 0 ? 'dim' : undefined, text(row))]),
  ];
}

/** Of a metric that counts: the share that failed or was too slow, and of how many. Of a query: its result. */
function armInWords(arm: MetricReport['candidate']): string {
  if (arm?.requests === undefined) return arm?.value === undefined ? '-' : String(arm.value);
  if (arm.value === undefined) return 'none counted yet';
  return `${Math.round(1_000 * arm.value) / 10} % of ${count(arm.requests)}`;
}
