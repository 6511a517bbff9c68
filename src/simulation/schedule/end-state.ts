import { labels } from '../../api/group.ts';
import { nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import { finalVersionOf } from './setting.ts';
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

/** What the user has asked for last decides alone where everything ends, whatever happened on the way. */
export function expectedEnd({ setting }: Stage, { stable }: EndState): EndState {
  const isGood = setting.finale === 'good';
  const serves = isGood ? finalVersionOf(setting) : stable;
  const phases = { good: 'Healthy', harmful: 'RolledBack', broken: 'Failed' };
  const outcomes = { good: 'Promoted', harmful: 'RolledBack', broken: 'Failed' };
  return {
    phase: phases[setting.finale],
    stable: serves,
    split: { [serves]: 100 },
    apex: serves,
    pods: { [serves]: setting.replicas },
    outcome: outcomes[setting.finale],
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
