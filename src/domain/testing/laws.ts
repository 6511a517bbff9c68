import { saidPods } from '../strategy/capacity-plan.ts';
import { plannedWeights } from '../strategy/plan.ts';
import { podsForWeight, readyPodsForWeight, readyPodsOf, supportedWeight } from '../traffic/pods.ts';
import type { RolloutView } from '../world.ts';
import { totalWeight } from '../traffic/split.ts';
import type { Facts } from './facts.ts';

/**
 * The laws of the design as checks of single writes: what the live objects said before a write of ours, and what they say
 * after it. A check returns what is wrong, or undefined. Laws 12, 14, 15 and 20 speak of whole runs; their tests are in
 * `laws-of-runs.ts`.
 */
export type WriteLaw = (before: Facts, after: Facts) => string | undefined;

const rose = (before: Facts, after: Facts, revision: string): boolean =>
  share(after, revision) > share(before, revision) + 0.05;
const share = (facts: Facts, revision: string): number => facts.shares[revision] ?? 0;
const revisionsOf = (...facts: Facts[]): string[] => [
  ...new Set(facts.flatMap(({ shares, revisions }) => [...Object.keys(shares), ...Object.keys(revisions)])),
];
const readyOf = (facts: Facts, revision: string): number => facts.revisions[revision]?.ready ?? 0;
const running = ({ rollout }: Facts) => (rollout && rollout.status.phase !== 'Ended' ? rollout : undefined);

/** Capacity that both arms are measured against: what serves now, and no more than was asked for. */
function servingReplicas(facts: Facts, from: string, to: string): number {
  const asked = Math.max(facts.replicas, facts.revisions[from]?.replicas ?? 0);
  return Math.min(asked, Math.max(readyOf(facts, from), readyOf(facts, to)));
}

const law1ReadyBeforeRaise: WriteLaw = (before, after) => {
  const rollout = running(before);
  for (const revision of revisionsOf(before, after)) {
    if (!rose(before, after, revision)) continue;
    const others = Object.keys(before.shares).filter((name) => name !== revision && share(before, name) > 0);
    if (readyOf(before, revision) === 0 && others.some((name) => readyOf(before, name) > 0)) {
      return `law 1: ${revision} has no ready pod and gets ${share(after, revision)}%, while another one answers`;
    }
    if (rollout?.spec.to.revision !== revision) continue;
    // A plain Service gives nothing to a pod before it is ready: who has a share gets more of it with each pod that is.
    if (before.router === 'replicaRatio' && share(before, revision) > 0) continue;
    const { spec, status } = rollout;
    const serving = servingReplicas(before, spec.from.revision, revision);
    // Behind a plain Service the pods that are chosen say how much each of them gets, whatever was recorded.
    const given =
      before.router === 'replicaRatio' ? Math.min(status.weight, share(after, revision)) : status.weight;
    const byWeight = readyPodsForWeight(given, serving, spec.plan.readinessPercent, before.router);
    const needed = Math.min(byWeight, readyPodsOf(saidByUser(rollout, before), spec.plan.readinessPercent));
    if (readyOf(before, revision) < needed) {
      return `law 1: ${revision} gets ${share(after, revision)}% with ${readyOf(before, revision)} of ${needed} ready pods`;
    }
  }
  return undefined;
};

const law1StandsAtZeroFirst: WriteLaw = (before, after) => {
  const candidate = running(before)?.spec.to.revision;
  if (before.router !== 'weighted' || candidate === undefined || !rose(before, after, candidate))
    return undefined;
  const stands = before.route?.some(({ revision }) => revision === candidate);
  return stands && before.acknowledged
    ? undefined
    : `law 1: ${candidate} gets ${share(after, candidate)}% without having stood in the route, acknowledged`;
};

const law2SharesSumUp: WriteLaw = (_before, { route }) => {
  if (!route) return undefined;
  const sum = route.reduce((total, { weight }) => total + weight, 0);
  const whole = route.every(({ weight }) => Number.isInteger(weight) && weight >= 0);
  return sum === totalWeight && whole
    ? undefined
    : `law 2: the weights ${JSON.stringify(route)} sum to ${sum}`;
};

const law2OneObjectAWrite: WriteLaw = (before, after) => {
  const changed = (['route', 'apex'] as const).filter(
    (object) => JSON.stringify(before[object]) !== JSON.stringify(after[object]),
  );
  return changed.length > 1 ? `law 2: one write changed ${changed.join(' and ')}` : undefined;
};

/** So many pods suffice because the plan says so; Infinity where it leaves them to the weight. */
const saidByUser = ({ spec, status }: RolloutView, { replicas }: Facts): number =>
  (status.phase === 'Stepping' ? saidPods(spec.plan, status.step.index, replicas) : undefined) ?? Infinity;

/** What the user chose in the plan may shrink an arm in mid-rollout, but never below what its share takes. */
function shrunkByChoice(before: Facts, after: Facts, revision: string): boolean {
  const rollout = running(before);
  if (!rollout) return false;
  const { plan, from, to } = rollout.spec;
  const isStable = from.revision === revision && plan.stableScale === 'follow';
  const isCandidate = to.revision === revision && saidByUser(rollout, before) < Infinity;
  const byWeight = to.revision === revision && plan.steps.some(({ kind }) => kind === 'scale');
  if (!isStable && !isCandidate && !byWeight) return false;
  const left = after.revisions[revision]?.replicas ?? 0;
  const most = Math.max(before.replicas, before.revisions[revision]?.replicas ?? 0);
  return left >= podsForWeight(share(before, revision), Math.min(most, before.replicas), before.router);
}

/** The user may scale what is stable; the controller may not, while it has traffic. */
const scaledByUser = (before: Facts, after: Facts, revision: string): boolean =>
  !running(before) && after.revisions[revision]?.replicas === after.replicas;

const law3NamedIsNotScaledDown: WriteLaw = (before, after) => {
  for (const [revision, { replicas }] of Object.entries(before.revisions)) {
    const left = after.revisions[revision]?.replicas;
    if (left !== undefined && left >= replicas) continue;
    if (
      scaledByUser(before, after, revision) ||
      shrunkByChoice(before, after, revision) ||
      (!before.named.includes(revision) && share(before, revision) === 0)
    )
      continue;
    return `law 3: ${revision} goes from ${replicas} to ${left ?? 'no'} replicas with ${share(before, revision)}% of the traffic, named: ${before.named.join(', ')}`;
  }
  return undefined;
};

/**
 * What serves goes on with all its ready pods: one goes only when as many as asked for remain. Asked of the state right before the write
 * only: of an older one, pods that were lost meanwhile would count as lost by it.
 */
export const law3ReadyPodsRemain: WriteLaw = (before, after) => {
  for (const [revision, { ready }] of Object.entries(before.revisions)) {
    const left = after.revisions[revision];
    if (!left || left.ready >= ready || left.ready >= left.replicas || share(before, revision) === 0)
      continue;
    return `law 3: ${revision} has ${left.ready} of ${left.replicas} ready pods after a write, and had ${ready}`;
  }
  return undefined;
};

const law4DrainsFirst: WriteLaw = (before, after) => {
  for (const [revision, lostAtMs] of Object.entries(before.lostTrafficAtMs)) {
    const had = before.revisions[revision]?.replicas ?? 0;
    const left = after.revisions[revision]?.replicas ?? 0;
    const byUser = left > 0 && scaledByUser(before, after, revision);
    if (byUser || share(before, revision) > 0 || left >= had || before.nowMs >= lostAtMs + before.drainMs)
      continue;
    return `law 4: ${revision} is scaled down ${before.nowMs - lostAtMs} ms after it lost its traffic, before ${before.drainMs} ms are over`;
  }
  return undefined;
};

const law5RaisedByADecision: WriteLaw = (before, after) => {
  const rollout = running(before);
  const candidate = rollout?.spec.to.revision;
  if (!rollout || candidate === undefined || !rose(before, after, candidate)) return undefined;
  if (before.router === 'replicaRatio' && share(before, candidate) > 0) return undefined;
  const atFall = before.decisionsAtFall[candidate] ?? [];
  const raised = (rollout.status.decisions ?? []).some(
    (decision) =>
      ['WeightRaised', 'WeightRestored'].includes(decision.action) &&
      decision.weight >= rollout.status.weight &&
      !atFall.includes(JSON.stringify(decision)),
  );
  return raised
    ? undefined
    : `law 5: ${candidate} is raised to ${share(after, candidate)}% without a new decision`;
};

const law6StableKeepsItsPods: WriteLaw = (before, after) => {
  const stable = running(before)?.spec.from.revision;
  if (stable === undefined || running(after) === undefined) return undefined;
  const had = before.revisions[stable]?.replicas ?? 0;
  const left = after.revisions[stable]?.replicas ?? 0;
  return left < had && !shrunkByChoice(before, after, stable)
    ? `law 6: stable ${stable} goes from ${had} to ${left} replicas in mid-rollout`
    : undefined;
};

const order = ['Preparing', 'Stepping', 'Promoting', 'Baking', 'Returning', 'Ended'];

const law7LeftOnlyWhenInForce: WriteLaw = (before, after) => {
  const was = running(before);
  const is = after.rollout;
  if (
    !was ||
    !is ||
    was.name !== is.name ||
    is.status.phase === 'Returning' ||
    (is.status.phase === 'Ended' && is.status.outcome !== 'Promoted')
  ) {
    return undefined;
  }
  const place = ({ status }: typeof was) => order.indexOf(status.phase) * 1_000 + status.step.index;
  const forward = place(is) > place(was) || is.status.weight > was.status.weight;
  if (!forward) return undefined;
  const candidate = was.spec.to.revision;
  const weight = was.status.weight;
  const inForce =
    before.router === 'weighted'
      ? Math.abs(share(before, candidate) - weight) < 0.05 && candidateStands(before, candidate)
      : was.spec.plan.strategy === 'blueGreen'
        ? before.apex?.kind === 'revision' && (before.apex.revision === candidate) === weight > 0
        : (before.apex?.kind === 'live') === weight > 0;
  return inForce && before.acknowledged
    ? undefined
    : `law 7: ${was.status.phase} at ${weight}% is left while the live split is ${share(before, candidate)}%, acknowledged: ${before.acknowledged}`;
};

const candidateStands = ({ route }: Facts, candidate: string): boolean =>
  route?.some(({ revision }) => revision === candidate) ?? false;

/** What a person asks for is done once, and leads to the next step and no further. */
const law12OncePerAction: WriteLaw = (before, after) => {
  const [was, is] = [running(before), after.rollout];
  if (!is) return undefined;
  const uids = (is.status.actions ?? []).map(({ uid }) => uid);
  const twice = uids.find((uid, index) => uids.indexOf(uid) !== index);
  if (twice !== undefined) return `law 12: action ${twice} is carried out twice`;
  if (was?.name !== is.name || is.status.phase !== 'Stepping' || was.status.phase !== 'Stepping')
    return undefined;
  const [from, to] = [was.status.step.index, is.status.step.index];
  return to <= from + 1 ? undefined : `law 12: one decision leads from step ${from} to step ${to}`;
};

const law13RecordFirst: WriteLaw = (before, after) => {
  const rollout = running(after);
  if (!rollout || before.router !== 'weighted') return undefined;
  const candidate = rollout.spec.to.revision;
  if (!rose(before, after, candidate)) return undefined;
  const recorded = before.rollout?.name === rollout.name ? before.rollout.status.weight : 0;
  return share(after, candidate) > recorded + 0.05
    ? `law 13: ${candidate} gets ${share(after, candidate)}%, and the record says ${recorded}%`
    : undefined;
};

export const writeLaws: Record<string, WriteLaw> = {
  law1ReadyBeforeRaise,
  law1StandsAtZeroFirst,
  law2SharesSumUp,
  law2OneObjectAWrite,
  law3NamedIsNotScaledDown,
  law4DrainsFirst,
  law5RaisedByADecision,
  law6StableKeepsItsPods,
  law7LeftOnlyWhenInForce,
  law12OncePerAction,
  law13RecordFirst,
};

/** All laws that a write breaks. */
export function brokenBy(before: Facts, after: Facts): string[] {
  return Object.values(writeLaws)
    .map((law) => law(before, after))
    .filter((violation) => violation !== undefined);
}

/** Law 1 after a pass that was carried out to its end: no weight is left above the ready capacity. */
export function law1TakenBackInThePass(facts: Facts): string | undefined {
  const rollout = running(facts);
  if (!rollout || rollout.status.weight <= 0) return undefined;
  const { from, to, plan } = rollout.spec;
  // A stable that shrank by choice is given back only what it has pods for.
  if (plan.stableScale === 'follow') return undefined;
  const ready = readyOf(facts, to.revision);
  const lost = ready < (facts.readyWhenGiven ?? 0);
  if (!lost || readyOf(facts, from.revision) === 0) return undefined;
  const serving = servingReplicas(facts, from.revision, to.revision);
  const carried = supportedWeight(
    ready,
    plannedWeights(plan),
    serving,
    plan.readinessPercent,
    facts.router,
    saidByUser(rollout, facts),
  );
  return rollout.status.weight > carried
    ? `law 1: ${to.revision} keeps ${rollout.status.weight}% with ${ready} ready pods, which carry ${carried}%`
    : undefined;
}
