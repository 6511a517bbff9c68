import type { PodView, RevisionView, World } from '../world.ts';

/**
 * The pods of a revision are replaced one after another, and the revision stays what it is: its template never changes, so no
 * Deployment would do that by itself. It gets one pod beyond its capacity, and whenever all are ready, one that was born before
 * the restart is evicted, which makes the Deployment start a new one in its place. So there are never fewer ready pods than
 * before (laws 1 and 3), and each eviction waits for what a PodDisruptionBudget allows.
 *
 * The progress is what the pods' times of birth say: who is killed in between goes on where it stopped (law 12).
 */

/** What a restart does in one pass. */
export interface RestartStep {
  /** Pods that the revision is to have beyond its capacity. */
  surge: number;
  /** The pod that goes now. */
  evicts: PodView | undefined;
  /** Every pod is new and ready, and nothing is left over. */
  isDone: boolean;
  /** How far it is and what it waits for, in words. */
  message: string;
  /** Nothing tells when a budget allows more: then it is asked again after this long. */
  askAgainAfterMs?: number;
}

const surgeOfRestart = 1;
const askAgainAfterMs = 10_000;

/**
 * `replicas` is what the pass asks for: while the revision is scaled, no pod goes. `bornBeforeMs`: the pods that were born before
 * are to be replaced. The API has whole seconds, so of those that were born in the same one nobody knows: they count as new.
 */
export function restartStep(
  world: World,
  view: RevisionView,
  replicas: number,
  bornBeforeMs: number,
): RestartStep {
  const old = oldPods(view, bornBeforeMs);
  const restarted = `${Math.max(0, replicas - old.length)} of ${replicas} pods of revision ${view.revision} are new`;
  const waits = (surge: number, forWhat: string): RestartStep => ({
    surge,
    evicts: undefined,
    isDone: false,
    message: `${restarted}; ${forWhat}`,
  });
  if (replicas === 0) {
    const message = `revision ${view.revision} has no replicas: there is nothing to restart`;
    return { surge: 0, evicts: undefined, isDone: true, message };
  }
  if (old.length === 0) {
    const isDone = view.surge === 0 && readyOf(view).length >= replicas;
    return isDone
      ? { surge: 0, evicts: undefined, isDone, message: restarted }
      : waits(0, newPodInWords(view));
  }
  if (replicas !== view.replicas) return waits(surgeOfRestart, 'the revision is being scaled');
  const next = nextToGo(world, view, bornBeforeMs);
  if (!next) {
    const isFull =
      view.members.length >= replicas + surgeOfRestart && newcomers(view, bornBeforeMs).length === 0;
    return waits(
      surgeOfRestart,
      isFull ? 'waiting until a new pod has taken over the traffic' : newPodInWords(view),
    );
  }
  const refusal = world.evictionRefused[next.uid];
  if (refusal !== undefined) return { ...waits(surgeOfRestart, refusal), askAgainAfterMs };
  // With the last one the surge ends as well: in its place no new pod is needed.
  return {
    surge: old.length > 1 ? surgeOfRestart : 0,
    evicts: next,
    isDone: false,
    message: `${restarted}; ${next.name} goes`,
  };
}

/** The pod that is to be evicted next, if its budget allows it; undefined while another one is awaited. */
export function nextToGo(world: World, view: RevisionView, bornBeforeMs: number): PodView | undefined {
  if (view.surge < surgeOfRestart || view.members.length < view.replicas + surgeOfRestart) return undefined;
  if (newcomers(view, bornBeforeMs).length > 0) return undefined;
  const old = oldPods(view, bornBeforeMs);
  // One that serves nobody goes first: so nothing is lost, and all others are ready when theirs is the turn.
  const idle = old.find(({ ready }) => !ready);
  if (idle) return idle;
  const { apex, acknowledged } = world.traffic;
  if (apex?.kind !== 'live') return old[0];
  // Here pods are chosen one by one: one goes after the endpoints have let go of it (law 4).
  return acknowledged ? old.find(({ live }) => !live) : undefined;
}

const oldPods = ({ members }: RevisionView, bornBeforeMs: number): PodView[] =>
  members.filter(({ bornAtMs }) => bornAtMs < bornBeforeMs);

/** New pods that are not ready yet. */
const newcomers = ({ members }: RevisionView, bornBeforeMs: number): PodView[] =>
  members.filter(({ bornAtMs, ready }) => bornAtMs >= bornBeforeMs && !ready);

const readyOf = ({ members }: RevisionView): PodView[] => members.filter(({ ready }) => ready);

const newPodInWords = ({ problem }: RevisionView): string =>
  `waiting for a new pod to be ready${problem === undefined ? '' : `: ${problem}`}`;
