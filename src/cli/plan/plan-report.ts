import { countedWords, number } from '../../domain/analysis/words.ts';
import type { MetricFigure } from '../../replay/arm-figures.ts';
import { gateTimes, timesFigures } from '../plan-times-words.ts';
import type { Paint } from '../terminal.ts';
import { paragraph } from '../views/layout.ts';
import type { Canvas } from '../views/view.ts';
import { count } from '../words.ts';
import { peakOf } from './capacity.ts';
import { isRollout, makesPods, type Planned } from './planned.ts';
import { outlookWords } from './outlook-words.ts';
import { amountWords } from './quantity.ts';

/** The plan as text. Pure. */
export function planLines(planned: Planned, { paint, width }: Canvas): string[] {
  const { namespace, name } = planned;
  const wide = Number.isFinite(width) ? width : 160;
  return [
    paint('bold', `ModelDeployment ${namespace}/${name}`),
    ...paragraph(outlookWords(planned), '  ', wide),
    ...changeLines(planned, wide),
    ...refusalLines(planned, paint, wide),
    ...section('Steps', isRollout(planned) ? gateTimes(planned.times) : [], paint),
    ...section('Objects', objectLines(planned, paint), paint),
    ...section('Room', makesPods(planned) ? roomLines(planned, paint) : [], paint),
    ...section('Metrics', metricLines(planned, paint), paint),
    ...section('Not seen, for want of rights', planned.unseen, paint),
  ];
}

/** The same for programs. */
export function planDocument(planned: Planned) {
  const { spec: _spec, times, outlook, ...rest } = planned;
  return {
    ...rest,
    outlook: { ...outlook, words: outlookWords(planned) },
    ...(isRollout(planned) && { times: timesFigures(times) }),
  };
}

const section = (title: string, lines: readonly string[], paint: Paint): string[] =>
  lines.length === 0 ? [] : ['', paint('bold', title), ...lines.map((line) => `  ${line}`)];

/** More of them are no help. */
const mostPaths = 12;

function changeLines({ changes }: Planned, width: number): string[] {
  if (!changes) return [];
  if (changes.length === 0) return ['  The spec stays as it is.'];
  const shown = changes.slice(0, mostPaths);
  const rest = changes.length - shown.length;
  return paragraph(`Changes: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`, '  ', width);
}

function refusalLines({ dryRun, problems }: Planned, paint: Paint, width: number): string[] {
  const said =
    dryRun.kind === 'accepted'
      ? [`  ${paint('green', 'The API server accepts it')} (dry run).`]
      : dryRun.kind === 'notAsked'
        ? [`  ${paint('yellow', 'The API server was not asked')}: you may not write ModelDeployments here.`]
        : paragraph(`${paint('red', 'The API server refuses it')}: ${dryRun.words}`, '  ', width);
  const withMetrics = problems.flatMap((problem) =>
    paragraph(`${paint('red', 'No rollout begins with it')}: ${problem}`, '  ', width),
  );
  return [...said, ...withMetrics];
}

function objectLines({ objects }: Planned, paint: Paint): string[] {
  const width = Math.max(...objects.map(({ kind, name }) => kind.length + name.length + 1));
  return objects.map(({ change, kind, name, why }) => {
    const sign = change === 'create' ? paint('green', '+') : paint('yellow', '~');
    return `${sign} ${`${kind} ${name}`.padEnd(width)}   ${why}`;
  });
}

function roomLines({ room, spec }: Planned, paint: Paint): string[] {
  const { now, through, each, more, quotas = [], nodes } = room;
  const peak = peakOf(through);
  const isStep = peak !== undefined && peak.place < spec.plan.steps.length;
  const at = through.length > 1 ? (isStep ? ` (at step ${peak.place + 1})` : ' (at the promotion)') : '';
  const total = peak ? peak.candidate + peak.stable : 0;
  const perPod = Object.entries(each).map(
    ([resource, amount]) => `${resource} ${amountWords(resource, amount)}`,
  );
  const all = Object.entries(each).map(
    ([resource, amount]) => `${resource} ${amountWords(resource, amount * more)}`,
  );
  return [
    `Pods: ${now} now, ${total} at most${at}: ${more} more`,
    perPod.length > 0
      ? `Requests: ${perPod.join(', ')} for each pod; ${all.join(', ')} for ${more} more`
      : paint('yellow', 'Requests: none, so that neither quotas nor nodes say whether there is room'),
    ...quotas.map(({ quota, resource, needed, left }) => {
      const words = `Quota ${quota}: ${resource} ${amountWords(resource, needed)} needed, ${amountWords(resource, left)} left`;
      return needed > left ? paint('red', `${words}: not enough`) : words;
    }),
    ...(nodes === undefined ? [] : [nodeWords(nodes, more, paint)]),
  ];
}

function nodeWords(nodes: number, more: number, paint: Paint): string {
  const words = `Nodes: room for ${count(nodes)} more pods by their requests; taints, selectors and affinity are not looked at`;
  return nodes < more ? paint('red', `${words}: not enough`) : words;
}

function metricLines({ figures, stable, revision, spec }: Planned, paint: Paint): string[] {
  const { metrics } = spec.analysis;
  if (metrics.length === 0) return [paint('yellow', 'None: steps are left by time and readiness alone')];
  if (!figures) {
    const why = stable
      ? 'With --prometheus URL their values of now are shown: the sources of the controller stand in its configuration'
      : 'Nobody serves yet, so that there is nothing to ask';
    return [`${metrics.map(({ name }) => name).join(', ')}. ${why}.`];
  }
  const { preset, seen } = figures;
  const counted = metrics.some(({ kind }) => kind !== 'query');
  const who =
    preset === undefined
      ? paint('yellow', 'nobody counts requests of either revision')
      : `counted by ${preset}`;
  return [
    ...(counted
      ? [
          `Series: ${who}; stable ${stable?.revision}: ${seenWords(seen.stable, paint)}, ${revision.revision}: ${seen.candidate ? 'seen' : 'none yet'}`,
        ]
      : []),
    ...(figures.requestsPerSecond === undefined
      ? []
      : [
          `Traffic: ${Number(figures.requestsPerSecond.toPrecision(3))} requests a second in the last five minutes`,
        ]),
    ...figures.metrics.flatMap((figure) => [
      `${paint('bold', figure.metric)}  ${figureWords(figure, paint)}`,
      ...(figure.query === undefined ? [] : [`  ${figure.query}`]),
    ]),
  ];
}

const seenWords = (seen: boolean, paint: Paint): string =>
  seen ? paint('green', 'seen') : paint('yellow', 'none');

function figureWords({ kind, counts, value, lacks }: MetricFigure, paint: Paint): string {
  if (counts) return countedWords(rounded(counts), kind === 'latency' ? 'were too slow' : 'failed');
  if (value !== undefined) return number(value);
  return paint('yellow', `no value: ${lacks}`);
}

const rounded = ({ requests, bad }: NonNullable<MetricFigure['counts']>) => ({
  requests: Math.round(requests),
  bad: Math.round(bad),
});
