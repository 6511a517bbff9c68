import type { Gate } from '../../../api/gate.ts';
import type { PodTemplate } from '../../../api/pod-template.ts';
import { labelName } from '../names.ts';
import { durationText, isRecord, type SourceNode } from '../source-node.ts';

/** A metric of an AnalysisTemplate that runs a Job. */
export interface JobCheck {
  name: string;
  /** Where the Job stands in the template. */
  node: SourceNode;
  pods: unknown;
  settings: Pick<Gate, 'timeout' | 'failureLimit' | 'interval'> & { backoffLimit: number };
  /** It is run again and again for as long as its analysis lasts; otherwise once. */
  isRepeated: boolean;
  hasDeadline: boolean;
  /** A Rollout has it as a gate. */
  isAsked: boolean;
}

/** Says what became of a Job when all Rollouts are converted. */
export function noteJob({ node, isAsked, hasDeadline }: JobCheck): void {
  if (isAsked) {
    const deadline = hasDeadline ? '' : '; it had no deadline, and fails after a day here (timeout)';
    node.changed(`it becomes a gate with job of each Rollout that asks it where a gate is asked${deadline}`);
  } else {
    node.dropped(
      'a Job is no metric: write a gate with job in spec.gates, with its pod template and when it is run (docs/gates.md); the metric is left out',
    );
  }
}

/** How long a Job has that has no deadline. */
const longest = '24h';

/** What a Job has by default, and the most of a gate. */
const backoffLimit = { byDefault: 6, most: 10 } as const;

/** Reads a metric with a Job; undefined, and told of, where no gate does the same. */
export function readJobCheck(metric: SourceNode, name: string, isDry: boolean): JobCheck | undefined {
  const node = metric.at('provider', 'job');
  const spec = node.at('spec');
  const count = metric.at('count').number();
  const intervalMs = metric.at('interval').durationMs();
  const failureLimit = metric.at('failureLimit').number();
  const why = whyNoGate(metric, spec, isDry);
  if (why !== undefined) {
    node.dropped(`${why}; the metric is left out`);
    metric.take();
    return undefined;
  }
  const tries = spec.at('backoffLimit').number() ?? backoffLimit.byDefault;
  if (tries > backoffLimit.most)
    spec.at('backoffLimit').changed(`at most ${backoffLimit.most}: a pod is not started anew more often`);
  const deadlineMs = spec.at('activeDeadlineSeconds').durationMs();
  metric.at('initialDelay').dropped('a gate is asked at once');
  metric
    .at('consecutiveErrorLimit')
    .dropped('a Job that cannot run is no answer: it holds the rollout, and onSilence says otherwise');
  node.at('metadata').dropped("labels and annotations of the Job itself are the controller's");
  for (const [field, value] of spec.entries()) {
    if (!known.has(field)) value.dropped('a gate has no such field');
  }
  metric.take();
  const isRepeated = intervalMs !== undefined && count === undefined;
  return {
    name,
    node,
    pods: spec.at('template').take(),
    settings: {
      backoffLimit: Math.min(backoffLimit.most, Math.max(0, Math.round(tries))),
      timeout: deadlineMs === undefined ? longest : durationText(Math.max(1_000, deadlineMs)),
      ...(failureLimit !== undefined &&
        failureLimit > 0 && { failureLimit: Math.min(1_000, Math.round(failureLimit)) }),
      ...(isRepeated && { interval: durationText(Math.max(1_000, intervalMs)) }),
    },
    isRepeated,
    hasDeadline: deadlineMs !== undefined,
    isAsked: false,
  };
}

const known = new Set([
  'template',
  'backoffLimit',
  'activeDeadlineSeconds',
  'completions',
  'parallelism',
  // Of a gate it stays for a day.
  'ttlSecondsAfterFinished',
]);

function whyNoGate(metric: SourceNode, spec: SourceNode, isDry: boolean): string | undefined {
  if (isDry) return 'a gate always counts, and a dry run decides nothing';
  if ((metric.at('count').number() ?? 1) !== 1)
    return 'a gate has its answer after one Job, and count asks for several';
  for (const field of ['completions', 'parallelism'])
    if ((spec.at(field).number() ?? 1) !== 1)
      return `a gate runs one pod at a time, and ${field} asks for more`;
  if (!isRecord(spec.at('template').raw)) return 'there is no pod template';
  return undefined;
}

/** What the containers of a gate are told, in the place of what a query is told. */
const environment: readonly (readonly [variable: string, ours: string])[] = [
  ['{{ name }}-{{ candidate.revision }}', '$(UNDERSTUDY_CANDIDATE_SERVICE)'],
  ['{{ name }}-{{ stable.revision }}', '$(UNDERSTUDY_STABLE_SERVICE)'],
  // Before the switch these are the pods behind the preview.
  ['{{ name }}-preview', '$(UNDERSTUDY_CANDIDATE_SERVICE)'],
  ['{{ candidate.revision }}', '$(UNDERSTUDY_CANDIDATE_REVISION)'],
  ['{{ stable.revision }}', '$(UNDERSTUDY_STABLE_REVISION)'],
  ['{{ name }}', '$(UNDERSTUDY_NAME)'],
];

/** The Job with the values of its arguments, or the name of the argument that has none or cannot stand where it is named. */
export function podsOf(
  { pods }: JobCheck,
  valueOf: (arg: string) => string | undefined,
): PodTemplate | string {
  let missing: string | undefined;
  const filled = (value: unknown, isExpanded: boolean): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\{\{\s*args\.([^}\s]+)\s*\}\}/g, (_, given: string) => {
        const found = valueOf(labelName(given));
        const ours = environment.reduce((text, [from, to]) => text.replaceAll(from, () => to), found ?? '');
        // Kubernetes expands variables in these fields alone.
        if (found === undefined || (ours !== found && !isExpanded)) missing ??= given;
        return ours;
      });
    }
    if (Array.isArray(value)) return value.map((one) => filled(one, isExpanded));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        filled(one, isExpanded || key === 'args' || key === 'command' || key === 'env'),
      ]),
    );
  };
  const template = filled(pods, false) as PodTemplate;
  return missing ?? template;
}
