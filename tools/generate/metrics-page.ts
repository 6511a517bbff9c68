import { table } from '../../src/api/crd/field-table.ts';
import { countedLabels, labelBounds, seriesBound } from '../../src/observability/label-bounds.ts';
import { MetricsService } from '../../src/observability/metrics.ts';

export const metricsPagePath = 'docs/reference/metrics.md';

/** What is read of prom-client's metric objects; its types keep most of it to themselves. */
interface Registered {
  name: string;
  help: string;
  labelNames: string[];
  upperBounds?: number[];
  constructor: { name: string };
}

/** One metric of the controller. */
export interface MetricFact {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  labels: string[];
  buckets: number[];
}

/** Every metric in the controller's registry, by name. */
export function registeredMetrics(): MetricFact[] {
  const all = new MetricsService().registry.getMetricsAsArray() as unknown as Registered[];
  return all
    .map((metric) => ({
      name: metric.name,
      help: metric.help,
      type: metric.constructor.name.toLowerCase() as MetricFact['type'],
      labels: metric.labelNames.filter((label) => label !== 'le'),
      buckets: metric.upperBounds ?? [],
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

const code = (text: string) => `\`${text}\``;

const sections: { title: string; words: string; has: (name: string) => boolean }[] = [
  {
    title: 'Each ModelDeployment',
    words:
      'Read when they are scraped, and gone with what they tell of: all of them with the ModelDeployment, those of a rollout with its end. Only the process that leads has them.',
    has: (name) => name.startsWith('understudy_model_deployment_'),
  },
  {
    title: 'All rollouts together',
    words: 'Counted by the process that leads, from its start.',
    has: (name) => name.startsWith('understudy_rollout') || name.startsWith('understudy_traffic_'),
  },
  {
    title: 'The controller',
    words:
      'Passes and their queue, requests to the API server and to metrics sources, leadership, caches, events.',
    has: (name) => name.startsWith('understudy_'),
  },
  { title: 'The process', words: 'As every program has them.', has: () => true },
];

/** The reference page of all metrics, made from the registry itself. */
export function metricsPage(): string {
  const left = new Set(registeredMetrics());
  const parts = sections.flatMap(({ title, words, has }) => {
    const mine = [...left].filter(({ name }) => has(name));
    for (const one of mine) left.delete(one);
    return [
      `## ${title}`,
      words,
      table(['metric', 'type', 'labels', 'meaning', 'series at most'], mine.map(row)),
    ];
  });
  return `${[
    '# Metrics',
    '<!-- Made by `npm run generate` from src/observability; edit it there. -->',
    'The controller serves these at `/metrics` in the text format of Prometheus. Durations are in seconds, shares are ratios from 0 to 1, odds are natural logarithms. A scrape has to keep the labels `namespace` and `name` as they are (`honorLabels: true` in a ServiceMonitor, as the chart has it; `honor_labels: true` otherwise): they say which ModelDeployment a series is about. [The runbook](../runbook.md) has the alerts that are made of them.',
    ...parts,
    '## Labels',
    'No label has values that grow with requests, pods, revisions or past rollouts.',
    table(
      ['label', 'meaning', 'values at most'],
      Object.entries(labelBounds).map(([label, { meaning, bound }]) => [
        label.split(', ').map(code).join(', '),
        meaning,
        String(bound),
      ]),
    ),
  ].join('\n\n')}\n`;
}

function row({ name, type, labels, help, buckets }: MetricFact): string[] {
  return [
    code(name),
    type,
    countedLabels(labels)
      .flatMap((label) => label.split(', '))
      .map(code)
      .join(', '),
    help,
    seriesBound(labels, buckets.length),
  ];
}
