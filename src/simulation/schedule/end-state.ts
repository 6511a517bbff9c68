import { labels } from '../../api/group.ts';
import { nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import type { Setting } from './setting.ts';
import type { Stage } from './stage.ts';

/** What can be seen of a world that has come to rest. Revisions are called by the version of their model. */
export interface EndState {
  phase: string;
  stable: string;
  /** Share of the traffic in percent, by version. */
  split: Record<string, number>;
  apex: string;
  /** Ready pods, by version; those without any are left out. */
  pods: Record<string, number>;
  outcome: string | undefined;
  /** Whether the condition Ready is True. */
  ready: boolean;
  /** Services and routes of previews and copies. */
  besides: string[];
}

export function endStateOf({ model, world, watch }: Stage): EndState {
  const { server } = world;
  const { namespace, name } = nameOf(model.key);
  const versions = versionsOf(model.rollouts, model.status);
  const versionOf = (revision: string) => versions.get(revision) ?? revision;
  const { apex, shares } = watch.facts;
  const pods: Record<string, number> = {};
  for (const { metadata } of server.list(resourceKinds.deployment)) {
    const revision = metadata.labels?.[labels.revision] ?? '';
    const ready = model.readyPodsOf(revision).length;
    if (model.podsOf(revision).length > 0) pods[versionOf(revision)] = ready;
  }
  const isBeside = (object: { metadata: { name: string; namespace?: string } }) =>
    object.metadata.namespace === namespace &&
    object.metadata.name.startsWith(name) &&
    /-(preview|mirror)$/.test(object.metadata.name);
  return {
    phase: model.phase,
    stable: versionOf(model.stable),
    split: Object.fromEntries(
      Object.entries(shares).map(([revision, share]) => [versionOf(revision), share]),
    ),
    apex: apex?.kind === 'revision' ? versionOf(apex.revision) : (apex?.kind ?? 'none'),
    pods,
    outcome: model.rollouts.at(-1)?.status?.outcome,
    ready: model.condition('Ready').startsWith('True'),
    besides: [...server.list(resourceKinds.service), ...server.list(resourceKinds.httpRoute)]
      .filter(isBeside)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  };
}

/**
 * What is stored of a world at rest, for a comparison with another one of the same last wish. What users had before that wish may be another
 * version there, since faults end rollouts that would have ended well; it is called `served`.
 */
export interface RestState extends Omit<EndState, 'stable' | 'besides'> {
  stable: string;
  /** Of the status, as autoscalers see it. */
  replicas: number | undefined;
  /** Weights of the route's rules for everybody, by version; of the total. */
  weights: Record<string, number>;
  /** Type, status and reason of the conditions that do not speak of former rollouts. */
  conditions: string[];
}

const ofNow = ['Ready', 'Available', 'Reconciling', 'Stalled', 'TrafficApplied', 'Paused'];

export function restStateOf(stage: Stage): RestState {
  const { model, setting, finalVersion } = stage;
  const { phase, stable, split, apex, pods, outcome, ready } = endStateOf(stage);
  const isNew = setting.finale !== 'revert';
  const named = (version: string) => (isNew && version === finalVersion ? version : 'served');
  const byRole = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([version, value]) => [named(version), value]));
  const versions = versionsOf(model.rollouts, model.status);
  return {
    phase,
    stable: named(stable),
    split: byRole(split),
    apex: named(apex),
    pods: byRole(pods),
    // Who goes back to what users have may or may not end a rollout by that.
    outcome: isNew ? outcome : undefined,
    ready,
    replicas: model.status.replicas,
    weights: byRole(
      Object.fromEntries(
        model.split.map(({ revision, weight }) => [versions.get(revision) ?? revision, weight]),
      ),
    ),
    conditions: ofNow.map((type) => `${type} ${model.condition(type)}`),
  };
}

/** How a last wish ends: as the version is, or as its gates say, or as somebody says who will not wait for them. */
export type Ending = Setting['finale'] | 'aborted';

/** What the user has asked for last decides alone where everything ends, whatever happened on the way. */
export function expectedEnd(
  { setting, finalVersion, ending }: Stage,
  { stable, outcome }: EndState,
): EndState {
  const isGood = ending === 'good' || ending === 'revert';
  const serves = isGood ? finalVersion : stable;
  const phases = {
    ...{ good: 'Healthy', revert: 'Healthy' },
    ...{ harmful: 'RolledBack', broken: 'Failed', aborted: 'RolledBack' },
  };
  // Who goes back to what users have may or may not end a rollout by that.
  const outcomes = {
    ...{ good: 'Promoted', revert: outcome },
    ...{ harmful: 'RolledBack', broken: 'Failed', aborted: 'Aborted' },
  };
  return {
    phase: phases[ending],
    stable: serves,
    split: { [serves]: 100 },
    apex: serves,
    pods: { [serves]: setting.replicas },
    outcome: outcomes[ending],
    ready: isGood,
    // With this strategy the preview stays, and selects what users have.
    besides: setting.finalPlan === 'blueGreen' ? ['Service model-preview'] : [],
  };
}

function versionsOf(
  rollouts: Stage['model']['rollouts'],
  status: Stage['model']['status'],
): Map<string, string> {
  const references = [
    ...rollouts.flatMap(({ spec }) => [spec.from, spec.to]),
    ...(status.stable ? [status.stable] : []),
  ];
  return new Map(references.map(({ revision, model }) => [revision, model?.version ?? revision]));
}
