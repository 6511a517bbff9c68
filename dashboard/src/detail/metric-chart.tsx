import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { MetricDetail, Series } from '../../../src/dashboard-api/schemas.ts';
import { shareWords, valueWords } from '../words/numbers.ts';

const height = 150;

/** Both arms over time with the thresholds as lines. The stable revision is dashed, the candidate solid and on top. */
export function MetricChart({ series, metric }: { series: Series; metric: MetricDetail }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const write = series.unit === 'share' ? shareWords : valueWords;
  const { atMs, candidate, stable } = series.points;
  const data: uPlot.AlignedData = [
    atMs.map((ms) => ms / 1_000),
    stable,
    candidate,
    ...metric.thresholds.map(({ value }) => atMs.map(() => value)),
  ];
  useEffect(() => {
    const parent = box.current!;
    const colours = coloursOf(parent);
    const plot = new uPlot(
      {
        width: parent.clientWidth || 400,
        height,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 20, 0, 0],
        scales: {
          y: {
            range: (_, __, max) => [
              0,
              Math.max(max ?? 0, ...metric.thresholds.map(({ value }) => value), 1e-6) * 1.1,
            ],
          },
        },
        axes: [
          {
            ...axis(colours),
            size: 28,
            space: 70,
            // A rollout of a minute has several of these within one minute.
            values: (_, ticks, __, ___, stepSeconds) => ticks.map((seconds) => timeOf(seconds, stepSeconds)),
          },
          { ...axis(colours), size: 56, space: 34, values: (_, ticks) => ticks.map(write) },
        ],
        series: [
          {},
          { stroke: colours.stable, width: 1.5, dash: [5, 4], points: { show: false } },
          { stroke: colours.candidate, width: 2, points: { show: false } },
          ...metric.thresholds.map(() => ({
            stroke: colours.bad,
            width: 1,
            dash: [2, 3],
            points: { show: false },
          })),
        ],
      },
      data,
      parent,
    );
    plot.root.querySelector('canvas')?.setAttribute('aria-hidden', 'true');
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [series.metric, metric.thresholds.length]);
  useEffect(() => chart.current?.setData(data), [series]);
  return (
    <div
      class="chart"
      ref={box}
      role="img"
      aria-label={`${series.says}, over time: ${lastWords(series, write)}`}
    />
  );
}

const withSeconds = uPlot.fmtDate('{HH}:{mm}:{ss}');
const withMinutes = uPlot.fmtDate('{HH}:{mm}');
const timeOf = (seconds: number, stepSeconds: number): string =>
  (stepSeconds < 60 ? withSeconds : withMinutes)(new Date(seconds * 1_000));

function lastWords({ points }: Series, write: (value: number) => string): string {
  const last = (values: readonly (number | null)[]) => values.findLast((value) => value !== null);
  const [candidate, stable] = [last(points.candidate), last(points.stable)];
  return [
    candidate == null ? 'nothing of the candidate' : `candidate ${write(candidate)} lately`,
    stable == null ? 'nothing of the stable revision' : `stable ${write(stable)}`,
  ].join(', ');
}

/** uPlot draws on a canvas, which knows no custom properties: probes say what they are, in this light. */
function coloursOf(parent: HTMLElement) {
  const colour = (name: string) => {
    const probe = parent.appendChild(document.createElement('span'));
    probe.style.color = `var(--${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  return {
    stable: colour('stable'),
    candidate: colour('candidate'),
    bad: colour('bad'),
    ink: colour('ink-3'),
    line: colour('line'),
  };
}

const axis = ({ ink, line }: { ink: string; line: string }): uPlot.Axis => ({
  stroke: ink,
  font: '11px Inter Variable, sans-serif',
  grid: { stroke: line, width: 1 },
  ticks: { show: false },
});
