import type { NoticeKind, NoticeVariable } from '../api/notification.ts';
import type { Notice } from '../domain/notices/notice.ts';

/** Makes a value harmless in the markup of a target. */
export type Escape = (value: string) => string;

export const plain: Escape = (value) => value;

/** How serious what is told is: of a rollout that ended against what was asked for, a person should know now. */
const severities: Partial<Record<NoticeKind, 'warning'>> = {
  Paused: 'warning',
  WeightTakenBack: 'warning',
  RolledBack: 'warning',
  Failed: 'warning',
  Aborted: 'warning',
};
export const severityOf = ({ kind }: Pick<Notice, 'kind'>): 'info' | 'warning' => severities[kind] ?? 'info';

const happenings: Record<NoticeKind, string> = {
  Started: 'rollout started',
  StepEntered: 'next step',
  WeightRaised: 'more traffic for the candidate',
  WeightTakenBack: 'weight taken back',
  Paused: 'rollout paused',
  Resumed: 'rollout resumed',
  Approved: 'approved',
  Baking: 'promoted, baking',
  Promoted: 'promoted',
  RolledBack: 'rolled back',
  Failed: 'rollout failed',
  Aborted: 'rollout aborted',
  Superseded: 'rollout superseded',
  Completed: 'shadow completed',
};

/** What happened to what, in a few words. */
export const headline = (notice: Notice): string =>
  `${notice.namespace}/${notice.name}: ${happenings[notice.kind]}`;

/** A revision for people: its model's version where there is one. */
const revisionInWords = ({ revision, model }: Notice['from']): string =>
  model?.version === undefined
    ? revision
    : `${revision} (${[model.name, model.version].filter(Boolean).join(' ')})`;

/** The numbers beside the reason, as one line each. */
export function factsOf(notice: Notice): [name: string, value: string][] {
  const { from, to, rollout, step, steps, weight, verdict, reason, requestedBy } = notice;
  const place = steps > 0 ? `, step ${Math.min(step + 1, steps)} of ${steps}` : '';
  return [
    ['Candidate', revisionInWords(to)],
    ['Stable before', revisionInWords(from)],
    ['Weight', `${weight}%${place}`],
    ['Reason', verdict ? `${reason}, verdict ${verdict}` : reason],
    ['Rollout', rollout.name],
    ...(requestedBy === undefined ? [] : [['Asked for by', requestedBy] as [string, string]]),
  ];
}

const values: Record<NoticeVariable, (notice: Notice, url: string) => string> = {
  kind: ({ kind }) => kind,
  namespace: ({ namespace }) => namespace,
  name: ({ name }) => name,
  rollout: ({ rollout }) => rollout.name,
  'from.revision': ({ from }) => from.revision,
  'from.version': ({ from }) => from.model?.version ?? '',
  'to.revision': ({ to }) => to.revision,
  'to.version': ({ to }) => to.model?.version ?? '',
  model: ({ to }) => to.model?.name ?? '',
  step: ({ step, steps }) => String(Math.min(step + 1, Math.max(1, steps))),
  steps: ({ steps }) => String(steps),
  weight: ({ weight }) => String(weight),
  verdict: ({ verdict }) => verdict ?? '',
  reason: ({ reason }) => reason,
  message: ({ message }) => message,
  requestedBy: ({ requestedBy }) => requestedBy ?? '',
  url: (_notice, url) => url,
};

/**
 * A text with its variables replaced. They name parts of the notice and nothing else, so that no text can show a Secret. `escape` is for what a
 * variable stands for; the text around it is its author's. A variable that does not exist stays as it is: admission refuses it.
 */
export function renderText(template: string, notice: Notice, escape: Escape, url = ''): string {
  return template.replaceAll(/\{\{ *([A-Za-z.]+) *\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? escape(values[name as NoticeVariable](notice, url)) : whole,
  );
}

/** The text for people without any markup. */
export function plainText(notice: Notice, template: string | undefined, url: string | undefined): string {
  if (template !== undefined) return renderText(template, notice, plain, url);
  return [
    headline(notice),
    notice.message,
    ...factsOf(notice).map(([name, value]) => `${name}: ${value}`),
    ...(url === undefined ? [] : [url]),
  ].join('\n');
}

/** The page of the rollout in the dashboard: it shows, and approves nothing. */
export function rolloutUrl(
  dashboard: string | undefined,
  { namespace, name, rollout }: Notice,
): string | undefined {
  if (!dashboard) return undefined;
  const query = new URLSearchParams({ model: `${namespace}/${name}`, rollout: rollout.name });
  return `${dashboard.replace(/\/+$/, '')}/?${query.toString().replaceAll('%2F', '/')}`;
}

/** A text of at most so many characters; a cut shows. */
export const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
