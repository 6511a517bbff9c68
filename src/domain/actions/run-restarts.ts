import type { Decision, RevisionIntent } from '../decision.ts';
import { findRevision } from '../roles.ts';
import { earliest } from '../time.ts';
import type { RevisionView, World } from '../world.ts';
import { nextToGo, type RestartStep, restartStep } from './restart.ts';
import type { Restart } from './restarts.ts';

/** The parts of a decision that restarts have a say in. */
type Restarted = Pick<Decision, 'revisions' | 'evictions' | 'traffic' | 'requeueAfterMs'>;

/**
 * Adds to a decision what running restarts do, at most one of a revision: they go on beside whatever else happens to it, and change
 * nothing of that. A surge that no restart needs any more goes.
 *
 * Also returns how far each one is, by the uid of its action. One whose revision the decision says nothing of waits, and is not among them.
 */
export function runRestarts<Pass extends Restarted>(
  world: World,
  decision: Pass,
  restarts: readonly Restart[],
): { decision: Pass; steps: Map<string, RestartStep> } {
  const steps = new Map<string, RestartStep>();
  const revisions = decision.revisions.map((intent) => {
    const view = viewOf(world, intent);
    if (!view || intent.kind === 'delete' || intent.kind === 'deleteRollout') return intent;
    const restart = restarts.find(({ revision }) => revision === view.revision);
    // Its pods end what they began, those of the surge as well (law 4).
    if (isDraining(intent, view)) return intent;
    if (!restart) return view.surge > 0 ? { ...intent, surge: 0 } : intent;
    const step = restartStep(world, view, intent.replicas, restart.bornBeforeMs);
    steps.set(restart.action.uid, step);
    return { ...intent, surge: step.surge };
  });
  const evictions = [...steps.values()].flatMap(({ evicts }) => evicts ?? []);
  const waitMs = earliest(
    decision.requeueAfterMs,
    ...[...steps.values()].map((step) => step.askAgainAfterMs),
  );
  return {
    steps,
    decision: {
      ...decision,
      revisions,
      ...(evictions.length > 0 && { evictions }),
      traffic: withReplacedPods(decision.traffic, restarts),
      requeueAfterMs: waitMs,
    },
  };
}

/** The pods that go next if they may: what the API server is asked about before the decision. */
export function nextEvictions(world: World, restarts: readonly Restart[]): string[] {
  return restarts.flatMap(({ revision, bornBeforeMs }) => {
    const view = findRevision(world, revision);
    return (view && nextToGo(world, view, bornBeforeMs)?.uid) ?? [];
  });
}

function viewOf(world: World, intent: RevisionIntent): RevisionView | undefined {
  if (intent.kind === 'deleteRollout') return undefined;
  return findRevision(world, intent.kind === 'ensure' ? intent.identity.revision : intent.revision);
}

function isDraining(intent: RevisionIntent, view: RevisionView): boolean {
  if (intent.kind !== 'keep') return false;
  return (intent.drainUntilMs === undefined ? view.drainUntilMs : intent.drainUntilMs) != null;
}

/** Where pods are chosen one by one, those that are to be replaced are chosen last, so that they lose their traffic before they go. */
function withReplacedPods(traffic: Decision['traffic'], restarts: readonly Restart[]): Decision['traffic'] {
  if (traffic?.intent.kind !== 'replicaRatio' || restarts.length === 0) return traffic;
  const live = traffic.intent.live.map((entry) => {
    const restart = restarts.find(({ revision }) => revision === entry.revision);
    return restart ? { ...entry, replacedBeforeMs: restart.bornBeforeMs } : entry;
  });
  return { ...traffic, intent: { ...traffic.intent, live } };
}
