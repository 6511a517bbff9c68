/** A group of pages, in the order in which somebody reads them; paths from the root of the repository. */
export interface Group {
  title: string;
  pages: string[];
}

/** What the site shows beside each page. A document that nobody has put into a group stands in the last one. */
export const groups: readonly Group[] = [
  {
    title: 'Begin',
    pages: [
      'docs/README.md',
      'docs/quick-start.md',
      'docs/concepts.md',
      'docs/strategies.md',
      'examples/README.md',
      'docs/comparison.md',
      'docs/faq.md',
    ],
  },
  {
    title: 'Roll out',
    pages: [
      'docs/rollouts.md',
      'docs/analysis.md',
      'docs/queries.md',
      'docs/presets.md',
      'docs/scraping.md',
      'docs/gates.md',
      'docs/notifications.md',
      'docs/gitops.md',
    ],
  },
  {
    title: 'Kinds',
    pages: [
      'docs/spec/model-deployment.md',
      'docs/spec/model-rollout.md',
      'docs/spec/rollout-action.md',
      'docs/spec/metric-template.md',
    ],
  },
  {
    title: 'Tools',
    pages: [
      'docs/dashboard.md',
      'docs/cli.md',
      'docs/lint.md',
      'docs/simulate.md',
      'docs/analyze.md',
      'docs/converting.md',
      'docs/dashboard-api.md',
    ],
  },
  {
    title: 'Operate',
    pages: [
      'docs/configuration.md',
      'docs/access.md',
      'docs/security.md',
      'docs/availability.md',
      'docs/upgrades.md',
      'docs/runbook.md',
      'docs/benchmarks.md',
      'docs/benchmarks/scale.md',
    ],
  },
  {
    title: 'Reference',
    pages: [
      'docs/reference/model-deployment.md',
      'docs/reference/model-rollout.md',
      'docs/reference/rollout-action.md',
      'docs/reference/metric-template.md',
      'docs/reference/reasons.md',
      'docs/reference/metrics.md',
    ],
  },
  {
    title: 'Behind it',
    pages: [
      'docs/architecture.md',
      'docs/laws.md',
      'docs/analysis-formulas.md',
      'docs/benchmarks/statistics.md',
      'docs/benchmarks/power.md',
      'docs/benchmarks/evidence.md',
      'docs/conformance.md',
      'docs/decisions/README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
    ],
  },
];

/** The last group: what no other one names. */
export const otherGroup = 'More';

/** Pages that are found through others: each decision, each example. */
const isFoundElsewhere = (path: string): boolean =>
  /^docs\/decisions\/\d/.test(path) || (path.startsWith('examples/') && path !== 'examples/README.md');

/** The groups of those pages that are there, each page once. */
export function navigationOf(paths: readonly string[]): Group[] {
  const named = new Set(groups.flatMap(({ pages }) => pages));
  const others = paths.filter((path) => !named.has(path) && !isFoundElsewhere(path));
  return [...groups, { title: otherGroup, pages: others }]
    .map(({ title, pages }) => ({ title, pages: pages.filter((path) => paths.includes(path)) }))
    .filter(({ pages }) => pages.length > 0);
}
