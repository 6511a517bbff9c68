import type { ModelReference, ModelRollout } from '../../api/model-rollout.ts';
import type { RolloutAction } from '../../api/rollout-action.ts';
import type { KeptRevision, ModelPicture, PodOfRevision } from '../../presentation/picture.ts';
import { type Branch, branchLines, columns, fit, paragraph } from './layout.ts';
import { rolloutBranch } from './rollout-branch.ts';
import type { Canvas } from './view.ts';
import {
  commandFor,
  conditionOf,
  isServing,
  messageOf,
  modelWords,
  nothing,
  phaseOf,
  shareWords,
  since,
} from '../../presentation/words.ts';
import { phaseWords, roleWords } from './words.ts';

/** Everything about one ModelDeployment: what is happening, whether users are served, and what stands behind it. */
export function modelTree(picture: ModelPicture, canvas: Canvas, wide = false): string[] {
  const { model } = picture;
  const { paint, width } = canvas;
  const { namespace, name } = model.metadata;
  const branches = [
    ...revisionBranches(picture, canvas, wide),
    ...currentRollout(picture).map((rollout) => rolloutBranch(rollout, model, canvas, wide)),
    ...picture.openActions.map((action) => actionBranch(action, canvas)),
  ];
  return [
    `${paint('bold', `${namespace}/${name}`)}   ${phaseWords(phaseOf(model), paint)}`,
    ...paragraph(messageOf(model), '  ', width),
    usersLine(picture, canvas),
    ...branchLines(branches).map((line) => fit(line, width)),
    ...unseenLines(picture, canvas),
    ...hintLines(picture, canvas),
  ];
}

/** At three in the morning this is the first question. */
function usersLine({ model }: ModelPicture, { paint, width }: Canvas): string {
  const available = conditionOf(model, 'Available');
  if (available === undefined) return fit(`  users: nothing is known yet`, width);
  const words = isServing(model) ? paint('green', 'are served') : paint('red', 'ARE NOT SERVED');
  return fit(`  users ${words}: ${available.message}`, width);
}

/** The rollout that runs, or the last one where it is the reason for how things stand. */
function currentRollout({ model, rollouts }: ModelPicture): ModelRollout[] {
  const named = rollouts.find(({ metadata }) => metadata.name === model.status?.rollout?.name);
  return named ? [named] : [];
}

interface Arm {
  role: string;
  revision: string;
  model: ModelReference | undefined;
  share: string;
  pods: string;
}

function revisionBranches(picture: ModelPicture, canvas: Canvas, wide: boolean): Branch[] {
  const arms = armsOf(picture);
  const { paint } = canvas;
  const heads = columns(
    arms.map(({ role, revision, model, share, pods }) => [
      roleWords(role, paint),
      revision,
      modelWords(model, nothing),
      share,
      pods,
    ]),
  );
  return arms.map(({ revision }, index) => ({
    lines: [heads[index]!],
    children: podBranches(
      (picture.pods ?? []).filter((pod) => pod.revision === revision),
      canvas,
      wide,
    ),
  }));
}

/** The revisions by their roles: those that users have, then those that are kept. */
function armsOf({ model, revisions, rollouts }: ModelPicture): Arm[] {
  const { stable, candidate, traffic, rollout } = model.status ?? {};
  const running = rollout && rollout.outcome === undefined;
  const share = traffic?.applied;
  const previous = running
    ? rollouts.find(({ metadata }) => metadata.name === rollout.name)?.spec.from
    : undefined;
  const isBaking = running && !candidate && previous !== undefined;
  const stableShare = candidate && share !== undefined ? 100 - share : isBaking ? (share ?? 100) : 100;
  const known = new Set([stable?.revision, candidate?.revision]);
  const roles = [
    ...(stable ? [{ role: 'stable', ...stable, share: shareWords(stableShare) }] : []),
    ...(candidate ? [{ role: 'candidate', ...candidate, share: shareWords(share ?? 0) }] : []),
  ];
  return [
    ...roles.map(({ replicas, ready, ...one }) => ({
      ...one,
      model: one.model,
      pods: podWords(ready, replicas),
    })),
    ...[...(revisions ?? [])]
      .filter(({ revision }) => !known.has(revision))
      .sort(byUse)
      .map(({ revision, model: served, replicas, ready }) => ({
        role: isBaking && revision === previous.revision ? 'previous' : 'kept',
        revision,
        model: served,
        share: isBaking && revision === previous.revision ? shareWords(100 - stableShare) : '',
        pods: podWords(ready, replicas),
      })),
  ];
}

const byUse = (one: KeptRevision, other: KeptRevision): number =>
  other.replicas - one.replicas || (one.revision < other.revision ? -1 : 1);

const podWords = (ready: number, replicas: number): string =>
  replicas === 0 ? 'no pods' : `${ready} of ${replicas} pods ready`;

function podBranches(pods: readonly PodOfRevision[], { paint, nowMs }: Canvas, wide: boolean): Branch[] {
  const rows = pods.map(({ name, ready, state, restarts, node, createdAt }) => {
    const good = state === 'Running';
    return [
      name,
      good ? (ready ? paint('green', 'ready') : paint('yellow', 'not ready')) : paint('red', state),
      restarts === 0 ? '' : paint('yellow', `${restarts} restart${restarts === 1 ? '' : 's'}`),
      since(createdAt, nowMs) ?? '',
      ...(wide ? [node ?? nothing] : []),
    ];
  });
  return columns(rows).map((line) => ({ lines: [line] }));
}

function actionBranch({ metadata, spec, status }: RolloutAction, { paint, nowMs }: Canvas): Branch {
  const who = spec.requestedBy ?? 'somebody';
  const ago = since(metadata.creationTimestamp, nowMs);
  const state = status?.message ?? 'no controller has looked at it yet';
  return {
    lines: [
      `${roleWords('asked', paint)}   ${spec.verb} by ${who}${ago === undefined ? '' : `, ${ago} ago`} (${metadata.name}): ${paint('yellow', state)}`,
    ],
  };
}

/** What one may not see is not shown as if it were not there. */
function unseenLines({ revisions, pods }: ModelPicture, { paint, width }: Canvas): string[] {
  const unseen = [...(revisions ? [] : ['kept revisions (Deployments)']), ...(pods ? [] : ['pods'])];
  if (unseen.length === 0) return [];
  return [fit(paint('dim', `  not shown, for you may not list them: ${unseen.join(', ')}`), width)];
}

/** Where nobody needs to act nobody needs a hint. */
function hintLines({ model }: ModelPicture, { paint, width, program }: Canvas): string[] {
  if (phaseOf(model) === 'Healthy') return [];
  return [fit(paint('dim', `  why, and what you can do: ${commandFor(program, 'explain', model)}`), width)];
}
