import type { ModelRollout } from '../api/model-rollout.ts';
import type { RolloutAction } from '../api/rollout-action.ts';
import { toTime } from '../domain/time.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { actionFor } from '../presentation/action-for.ts';
import { actionName } from '../presentation/action-name.ts';
import { comparedRevisions, NothingToCompare } from '../presentation/compared-revisions.ts';
import { reasonWords } from '../presentation/conditions.ts';
import { nextSteps } from '../presentation/next-steps.ts';
import { refusedAction } from '../presentation/refused-action.ts';
import { type Difference, hunksOf, type Side } from '../presentation/revision-diff.ts';
import { contentOfSpec, rememberedIn } from '../presentation/revision-inputs.ts';
import { modelWords } from '../presentation/words.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import type { Target } from './live/detail-stream.ts';
import type { Person } from './people/person.ts';
import { actionView, type Belongings } from './projection/detail.ts';
import { nameOnly } from './projection/row.ts';
import { rolloutDetailOf } from './projection/rollout-detail.ts';
import {
  type ActionAnswer,
  ActionRequest,
  type DiffAnswer,
  type EventsAnswer,
  type Rights,
} from './schemas.ts';
import { ProblemError } from './serve/problem.ts';

/** What a person asks for beside list and detail. */

const missing = (what: string, role: string): ProblemError =>
  new ProblemError('forbidden', `you may not see ${what} here`, [`${role} gives the right.`]);

/** The rollout that is named, or the one that the status names. */
export function rolloutIn({ model, rollouts }: Belongings, rights: Rights, name?: string): ModelRollout {
  if (!rights.sees.rollouts) throw missing('ModelRollouts', 'The role understudy-viewer');
  const wanted = name ?? model.status?.rollout?.name;
  const found = rollouts.find(({ metadata }) => metadata.name === wanted);
  if (found) return found;
  throw new ProblemError(
    'notFound',
    wanted === undefined ? 'there was no rollout yet' : `there is no ModelRollout "${wanted}" of it`,
    ['The history of the detail names those that are kept.'],
  );
}

export function rolloutAnswer(
  found: Belongings,
  rights: Rights,
  name: string,
  telling: { nowMs: number; program: string },
) {
  const rollout = rolloutIn(found, rights, name);
  const { model } = found;
  const about =
    model.status?.rollout?.name === name
      ? { model, waiting: nextSteps(model, rollout, telling).byItself }
      : {};
  return { serverTime: toTime(telling.nowMs), rollout: rolloutDetailOf(rollout, telling.nowMs, about) };
}

/** How two revisions differ; without names those that a person means most often. */
export function diffAnswer(
  { model, rollouts, deployments }: Belongings,
  rights: Rights,
  asked: { from?: string | undefined; to?: string | undefined },
): DiffAnswer {
  if (!rights.sees.revisions) throw missing('revisions', "Kubernetes' own role view");
  const kept = rememberedIn(deployments);
  let difference: Difference;
  try {
    if (asked.from !== undefined && asked.to !== undefined) {
      const target = identifyRevision(contentOfSpec(model.spec), kept).revision;
      const side = (revision: string): Side => {
        const content =
          kept.find((one) => one.revision === revision)?.content ??
          (revision === target ? contentOfSpec(model.spec) : undefined);
        if (!content) throw new NothingToCompare(`what revision ${revision} was made from is not known`, []);
        const { stable, candidate } = model.status ?? {};
        const role =
          revision === stable?.revision ? 'stable' : revision === candidate?.revision ? 'candidate' : 'kept';
        return { role, revision, content };
      };
      difference = { stable: side(asked.from), candidate: side(asked.to) };
    } else difference = comparedRevisions(model, kept, rollouts);
  } catch (error) {
    if (error instanceof NothingToCompare) throw new ProblemError('notFound', error.message, error.next);
    throw error;
  }
  const hunks = hunksOf(difference).map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    ...{ oldStart, oldLines, newStart, newLines, lines },
  }));
  return {
    from: sideOf(difference.stable),
    to: sideOf(difference.candidate),
    same: hunks.length === 0,
    hunks,
  };
}

function sideOf({ role, revision, content }: Side): DiffAnswer['from'] {
  const model = content.model as { name?: string; version?: string } | undefined;
  return { role, revision, ...(model && { model: nameOnly(model) }), label: modelWords(model, revision) };
}

const mostEvents = 100;
/** Of a namespace: what is about others is left out here. */
const mostRead = 500;

/** Events about it and its rollouts, read as the person. */
export async function eventsAnswer(
  person: Person,
  { namespace, name }: Target,
  found: Belongings,
  nowMs: number,
): Promise<EventsAnswer> {
  if (!person.cluster) throw missing('events', "Kubernetes' own role view, for whoever is logged in,");
  const names = new Set([name, ...found.rollouts.map(({ metadata }) => metadata.name)]);
  const kinds = [resourceKinds.modelDeployment, resourceKinds.modelRollout];
  const pages = await Promise.all(
    kinds.map(({ kind }) =>
      person.cluster!.list(resourceKinds.event, {
        namespace,
        fieldSelector: `regarding.kind=${kind}`,
        limit: mostRead,
      }),
    ),
  );
  const events = pages
    .flatMap(({ items }) => items)
    .filter(({ regarding }) => names.has(regarding?.name as string))
    .map(eventView)
    .sort((one, other) => (other.lastAt ?? '').localeCompare(one.lastAt ?? ''));
  return { serverTime: toTime(nowMs), events: events.slice(0, mostEvents) };
}

function eventView(event: KubernetesObject): EventsAnswer['events'][number] {
  const { type = 'Normal', reason = '', note = '', regarding = {}, series, eventTime, metadata } = event;
  const firstAt = (eventTime ?? event['deprecatedFirstTimestamp'] ?? metadata.creationTimestamp) as
    string | undefined;
  const lastAt = (series?.lastObservedTime ?? event['deprecatedLastTimestamp'] ?? firstAt) as
    string | undefined;
  const documentation = reasonWords(reason as string);
  return {
    ...{ type, reason, message: note },
    ...(documentation !== undefined && { documentation }),
    about: { kind: String(regarding.kind), name: String(regarding.name) },
    count: Number(series?.count ?? event['deprecatedCount'] ?? 1),
    ...(firstAt && { firstAt }),
    ...(lastAt && { lastAt }),
  };
}

/** Asks for a verb as the person: RBAC and the admission policy decide, and the action is pinned to what they looked at. */
export async function act(person: Person, { namespace, name }: Target, body: unknown): Promise<ActionAnswer> {
  const read = ActionRequest.safeParse(body);
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new ProblemError('badRequest', 'the request is not as it should be', [], { errors });
  }
  const { verb, uid, rollout, step, full, revision, reason } = read.data;
  if (!person.cluster || !person.user) {
    throw new ProblemError('unauthenticated', 'whoever is not logged in may only look', [
      'Log in with a token of the cluster.',
    ]);
  }
  const looked = { namespace, name, uid, ...(rollout !== undefined && { rollout: { name: rollout, step } }) };
  const action = actionFor({ verb, full, revision, reason }, looked, {
    name: actionName(name, verb),
    requestedBy: person.user.name,
  });
  try {
    const made = (await person.cluster.create(action)) as unknown as RolloutAction;
    return { action: actionView(made) };
  } catch (error) {
    const refused = refusedAction(error, verb, { namespace, name });
    if (!refused) throw error;
    throw new ProblemError(
      (error as { kind?: string }).kind === 'invalid' ? 'refused' : 'forbidden',
      refused.message,
      refused.next,
    );
  }
}
