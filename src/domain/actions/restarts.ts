import type { ActionView } from '../world.ts';
import { docketOf } from './docket.ts';
import { type Judge, type Refusal, refuse } from './refusal.ts';
import type { Stand } from './stand.ts';

/** A restart that is being carried out: of one revision, of all pods that were born before a moment. */
export interface Restart {
  action: ActionView;
  revision: string;
  bornBeforeMs: number;
}

/**
 * The restarts that are carried out beside whatever else happens: of each revision the one that was asked for first. `judge` says
 * which of them must be refused.
 */
export function runningRestarts(stand: Stand, judge: Judge): Restart[] {
  const restarts: Restart[] = [];
  for (const action of docketOf(stand.world)) {
    if (action.spec.verb !== 'restart' || judge(action, stand)) continue;
    const revision = revisionToRestart(action, stand);
    if (revision === undefined || restarts.some((other) => other.revision === revision)) continue;
    restarts.push({ action, revision, bornBeforeMs: action.createdAtMs });
  }
  return restarts;
}

/** What it began with it ends with: also when another revision is the stable one by then. */
const revisionToRestart = ({ status, spec }: ActionView, { stable }: Stand): string | undefined =>
  status?.revision ?? spec.revision ?? stable;

/** Only revisions with a part to play have pods worth replacing; all others are on their way out. */
export function refusalOfRestart(action: ActionView, stand: Stand): Refusal | undefined {
  const { world, stable, active } = stand;
  const revision = revisionToRestart(action, stand);
  if (revision === undefined) return refuse('NothingToDo', 'nothing is served yet that one could restart');
  const inRole = [stable, active?.spec.from.revision, active?.spec.to.revision];
  if (inRole.includes(revision) && world.revisions.some((view) => view.revision === revision))
    return undefined;
  return refuse(
    'NothingToDo',
    `revision ${revision} is neither stable nor candidate: its pods are not restarted`,
  );
}

/** A revision is restarted once at a time. */
export function refusalOfSecond(
  action: ActionView,
  restarts: readonly Restart[],
  stand: Stand,
): Refusal | undefined {
  const revision = revisionToRestart(action, stand);
  const first = restarts.find((restart) => restart.revision === revision);
  if (!first || first.action.uid === action.uid) return undefined;
  return refuse('NotNow', `RolloutAction ${first.action.name} is restarting revision ${revision} already`);
}
