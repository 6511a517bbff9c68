import type { ModelDeploymentStatus } from '../../../src/api/model-deployment-status.ts';
import { noVersion } from '../load/load-summary.ts';
import { findingOf, onTrial, versionOf, type DemoState, type TrafficState } from './demo-state.ts';
import {
  clean,
  clock,
  count,
  paint,
  plain,
  styled,
  wrap,
  type Line,
  type Span,
  type Style,
} from './styled-text.ts';

export interface RenderOptions {
  /** Characters a line may have. */
  readonly width: number;
  readonly color: boolean;
}

const labelWidth = 12;
const barWidth = 50;
const messageLines = 3;
const nothing: Line = [];

const phaseStyles: Record<string, Style> = {
  Pending: 'warn',
  Progressing: 'accent',
  Baking: 'accent',
  Paused: 'warn',
  Healthy: 'good',
  RolledBack: 'bad',
  Failed: 'bad',
};
const verdictStyles: Record<string, Style> = {
  Pass: 'good',
  Fail: 'bad',
  Inconclusive: 'accent',
  NoData: 'warn',
};

/** The live view as lines, none longer than the width. Depends on nothing but its arguments. */
export function render(state: DemoState, { width, color }: RenderOptions): string[] {
  const { status, traffic } = state;
  const title: Line = [
    styled('bold', 'Understudy demo'),
    plain(`  ${clock(state.elapsedMs)}  `),
    styled('accent', clean(state.stage)),
  ];
  const blocks = [
    [title],
    status.phase === undefined ? [] : [...phaseLines(state, width), ...roleLines(status)],
    splitLines(status, width),
    gateLines(status),
    traffic ? trafficLines(traffic) : [],
  ].filter((block) => block.length > 0);
  const lines = blocks.flatMap((block, index) => (index === 0 ? block : [nothing, ...block]));
  return lines.map((line) => paint(line, width, color));
}

const row = (label: string, ...spans: Span[]): Line => rowOf(labelWidth, label, spans);
const rowOf = (width: number, label: string, spans: Span[]): Line => [
  styled('dim', `  ${label.padEnd(width)}`),
  ...spans,
];

function phaseLines({ status, nowMs }: DemoState, width: number): Line[] {
  const { phase = '', message, rollout } = status;
  const running = rollout !== undefined && rollout.outcome === undefined && phase !== 'Baking';
  const step = running ? `   step ${Math.min(rollout.step + 1, rollout.steps)} of ${rollout.steps}` : '';
  const untilMs = running && rollout.nextDecisionAt ? Date.parse(rollout.nextDecisionAt) - nowMs : 0;
  const next = untilMs > 0 ? `   next decision in ${Math.ceil(untilMs / 1_000)} s` : '';
  return [
    row('phase', styled(phaseStyles[phase], phase), plain(step), styled('dim', next)),
    ...wrap(clean(message ?? ''), width - labelWidth - 2, messageLines).map((text, index) =>
      row(index === 0 ? 'message' : '', plain(text)),
    ),
  ];
}

function roleLines(status: ModelDeploymentStatus): Line[] {
  const describe = (label: string, role: ModelDeploymentStatus['stable']): Line[] => {
    if (!role) return [row(label, styled('dim', 'none'))];
    const pods = `   ${role.ready} of ${role.replicas} pods ready`;
    return [
      row(label, styled('bold', versionOf(role) ?? ''), styled('dim', `   ${role.revision}`), plain(pods)),
    ];
  };
  return [...describe('stable', status.stable), ...describe('candidate', status.candidate)];
}

function splitLines(status: ModelDeploymentStatus, width: number): Line[] {
  const trial = versionOf(onTrial(status));
  const { desired, applied, observed, acknowledged, mirrored } = status.traffic ?? {};
  if (trial === undefined || desired === undefined) return [];
  const cells = Math.max(10, Math.min(barWidth, width - labelWidth - 38));
  const line = (label: string, share: number | undefined, note = ''): Line =>
    row(
      label,
      ...bar(share ?? 0, cells),
      plain(share === undefined ? '     - ' : percent(share)),
      styled('dim', note),
    );
  return [
    [plain(`  ${trial}'s share of the traffic`)],
    line('desired', desired, '  decided'),
    line('applied', applied, acknowledged ? '  acknowledged' : '  not acknowledged yet'),
    line('observed', observed, observed === undefined ? '  not counted yet' : '  counted by the gateway'),
    ...(mirrored === undefined ? [] : [line('copied', mirrored, '  no client sees the answers')]),
  ];
}

const percent = (share: number): string => `${share.toFixed(1).padStart(6)} %`;

/** The candidate's share from the left. A share that is not 0 shows, and one that is not 100 leaves something. */
function bar(share: number, cells: number): Span[] {
  const exact = (share / 100) * cells;
  const filled = share <= 0 ? 0 : share >= 100 ? cells : Math.min(cells - 1, Math.max(1, Math.round(exact)));
  return [styled('accent', '█'.repeat(filled)), styled('dim', '░'.repeat(cells - filled))];
}

function gateLines({ analysis }: ModelDeploymentStatus): Line[] {
  if (!analysis || analysis.length === 0) return [];
  const width = Math.max(labelWidth, ...analysis.map(({ metric }) => metric.length + 2));
  const lines = analysis.map((finding) =>
    rowOf(width, finding.metric, [
      styled(verdictStyles[finding.verdict], finding.verdict.padEnd(14)),
      plain(findingOf(finding)),
    ]),
  );
  return [[plain('  gate')], ...lines];
}

function trafficLines({ last, total }: TrafficState): Line[] {
  const cell = (value: number, style?: Style) =>
    styled(value > 0 ? style : undefined, count(value).padStart(12));
  const header: Line = [
    styled('dim', `  ${'requests'.padEnd(labelWidth)}`),
    styled('dim', ['per second', 'failed', 'in all', 'failed'].map((word) => word.padStart(12)).join('')),
  ];
  const lines = Object.entries(total.versions).map(([version, counted]): Line => {
    const now = last.versions[version];
    const label = version === noVersion ? 'no model' : `v${version}`;
    return [
      plain(`  ${label.padEnd(labelWidth)}`),
      cell(now?.requests ?? 0),
      cell(now?.failures ?? 0, 'bad'),
      cell(counted.requests),
      cell(counted.failures, 'bad'),
    ];
  });
  return [header, ...lines];
}
