import { labels } from '../../src/api/group.ts';
import {
  type LatencySeries,
  namedKinds,
  type NamedKind,
  type PresetData,
  type RequestCounters,
  type RequestSeries,
} from '../../src/domain/analysis/presets/preset-data.ts';
import { routers, runtimes } from '../../src/metrics-source/presets/presets.ts';
import { byPod } from '../../src/metrics-source/presets/runtimes/pod-labels.ts';
import { table } from '../../src/api/crd/field-table.ts';

export const presetsPagePath = 'docs/presets.md';

const code = (text: string) => `\`${text}\``;
/** A label of a pod as the discovery of Prometheus spells it. */
const discovered = (label: string) =>
  `__meta_kubernetes_pod_label_${label.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
const podMonitor = `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: models, namespace: ml}
spec:
  selector: {matchExpressions: [{key: ${labels.revision}, operator: Exists}]}
  podMetricsEndpoints:
    - port: http
      path: /metrics
      relabelings:
        - {sourceLabels: [${discovered(labels.modelDeployment)}], targetLabel: model_deployment}
        - {sourceLabels: [${discovered(labels.revision)}], targetLabel: revision}`;

const measured = `analysis:
  metrics:
    - {name: first-token, kind: query, query: '{{ measure.timeToFirstToken }}', window: 5m, pass: result < 0.8}
    - {name: cost, kind: query, query: '{{ measure.costPer1kTokens }} * 2.5', window: 10m, pass: result < 0.02}`;

/** The page about presets, made from their data. */
export function presetsPage(): string {
  const parts = [
    '# Presets',
    '<!-- Made by `npm run generate` from src/metrics-source/presets; edit the data there. -->',
    'A preset is what is known of a program that counts requests: which series, which labels, which units, and where it misleads. Each is read off a scrape of a real server or off the documentation of its project; [the fixtures](../test/fixtures/scrapes/README.md) say which, and the tests count a known load in each.',
    '`analysis.preset: auto`, the default, takes the preset of the gateway by the controller of its GatewayClass; where there is none, it asks the metrics source which series of model servers the pods show. A name takes that preset. Of several alternatives, the first that both revisions show is read. What was seen is kept in the ModelRollout, so that nothing changes in flight, and `status.preset` of the ModelDeployment shows it with what cannot be had.',
    'Where a program has only a mean, or no errors, that is said in words and the metric is `NoData`: nothing is put in its place.',
    '## What a scrape must carry',
    `Runtimes are read by the labels of their pods, since their own labels of versions are the caller's words or missing. The scrape has to copy them, as the labels ${Object.keys(byPod).map(code).join(', ')}. With the Prometheus Operator:`,
    `\`\`\`yaml\n${podMonitor}\n\`\`\``,
    'Keep the labels `job` and `instance` as they are: they tell restarts and new pods from counters that were set back.',
    '## Measures of language models',
    "A metric of kind `query` takes these as variables of its query, such as `{{ measure.timeToFirstToken }}`: the candidate's measure over the `window` of the metric, whatever the server calls it. They come from the model server that `analysis.preset` names, otherwise from any that the pods are; the gateway does not matter. Where the series are missing the metric is `NoData`.",
    table(
      ['variable', 'meaning', 'known of'],
      Object.entries(namedKinds).map(([kind, meaning]) => [
        code(`{{ measure.${kind} }}`),
        meaning,
        runtimes
          .filter(({ named }) => named?.[kind as NamedKind])
          .map(({ title }) => title)
          .join(', '),
      ]),
    ),
    `\`\`\`yaml\n${measured}\n\`\`\``,
    'Time to first token depends on the length of prompts and on a cold cache of prefixes: let `initialDelay` pass over the first minutes. Cost per request means nothing at a small weight, when a GPU stands idle; cost per token is better, and best from half of the traffic on.',
    '## Overview',
    table(
      ['preset', 'program', 'errors', 'latency', 'failed requests in it'],
      [...routers, ...runtimes].map((preset) => [
        `[${preset.name}](#${preset.name})`,
        preset.title,
        errorsOf(preset),
        latencyOf(preset),
        preset.latency[0]?.leavesOutFailures ? 'no' : 'yes',
      ]),
    ),
    '## Routers',
    ...routers.flatMap(section),
    '## Runtimes',
    ...runtimes.flatMap(section),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(preset: PresetData): string[] {
  const { name, title, scrape, controllers, needsSetup, versionLabel, caveats } = preset;
  const facts = [
    `Scraped at port ${scrape.port}, ${code(scrape.path)}${scrape.needs ? `; needs ${scrape.needs}` : ''}.`,
    controllers && `Known by the GatewayClass controller ${controllers.map(code).join(', ')}.`,
    needsSetup && `Revisions are told apart only where it is set up for it: ${needsSetup}.`,
    versionLabel &&
      `Its label of the version: ${code(versionLabel.label)}${versionLabel.but ? `; ${versionLabel.but}` : ''}.`,
  ];
  return [
    `### ${name}`,
    `${title}. ${facts.filter(Boolean).join(' ')}`,
    table(
      ['', 'series', 'what counts', 'revision by'],
      [
        ...preset.requests.flatMap(requestRows),
        ...preset.latency.map(latencyRow),
        ...Object.entries(preset.named ?? {}).map(([kind, series]) => [
          code(kind),
          series.map(({ id }) => code(id)).join(' or '),
          namedKinds[kind as NamedKind],
          armsOf(series[0]!.arms),
        ]),
      ],
    ),
    caveats.map((caveat) => `- ${caveat}`).join('\n'),
  ];
}

function requestRows({ series, arms, errors }: RequestCounters): string[][] {
  return series.map((one, index) => [
    'requests',
    code(one.name),
    [countsOf(one), ...(index === 0 && errors ? [`errors ${errors.counted}: ${errors.because}`] : [])].join(
      '; ',
    ),
    armsOf(arms),
  ]);
}

function countsOf({ where, except, failed, repeats }: RequestSeries): string {
  const conditions = [
    ...patterns(where).map((one) => `with ${one}`),
    ...patterns(except).map((one) => `without ${one}`),
  ].join(', ');
  const which =
    typeof failed === 'string'
      ? { all: 'failed requests', none: 'requests' }[failed]
      : `requests; failed with ${patterns({ [failed.label]: failed.pattern }).join()}`;
  return [which, conditions, repeats && 'counted among the requests too'].filter(Boolean).join('; ');
}

function latencyRow({
  id,
  metric = id,
  kind,
  unit,
  mean,
  where,
  except,
  arms,
  leavesOutFailures,
}: LatencySeries) {
  const words = {
    histogram: `histogram, ${unit}`,
    summary: `quantiles of each pod, ${unit}: no distribution`,
    mean: `mean only, ${unit}: divided by ${code(mean?.count ?? '')}`,
  };
  const conditions = [
    ...patterns(where).map((one) => `with ${one}`),
    ...patterns(except).map((one) => `without ${one}`),
    ...(leavesOutFailures ? ['failed requests are not in it'] : []),
  ];
  return ['latency', code(metric), [words[kind], ...conditions].join('; '), armsOf(arms)];
}

const patterns = (given: Readonly<Record<string, string>> | undefined): string[] =>
  Object.entries(given ?? {}).map(([label, pattern]) => code(`${label}=~"${pattern}"`));

const armsOf = (arms: Readonly<Record<string, string>>): string =>
  arms === byPod ? 'labels of the pod' : patterns(arms).join(', ');

function errorsOf({ requests }: PresetData): string {
  const counted = requests[0]?.errors?.counted;
  return counted === undefined ? 'yes' : counted === 'no' ? 'no' : 'in part';
}

function latencyOf({ latency }: PresetData): string {
  const kinds = [...new Set(latency.map(({ kind }) => kind))];
  if (kinds.includes('histogram')) return 'histogram';
  return kinds.includes('summary') ? 'mean; quantiles of each pod where switched on' : 'mean only';
}
