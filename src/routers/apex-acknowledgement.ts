import { chosenPods, podId, readApex } from './apex-view.ts';
import type { RouterObjects } from './router.ts';

/**
 * Whether the endpoints of the apex Service are exactly the pods that it is to have (law 7): the ready live pods under a
 * replica ratio, else the ready pods of the selected revision.
 */
export function acknowledgesApex(objects: RouterObjects): { acknowledged: boolean; acknowledgement: string } {
  const { name } = objects.deployment;
  const { apex, slices } = readApex(objects);
  if (!apex) {
    const why = objects.apexService ? 'selects none of our revisions' : 'does not exist yet';
    return { acknowledged: false, acknowledgement: `Service ${name} ${why}` };
  }
  const chosen = new Set(chosenPods(objects, apex).map(podId));
  const held = slices.filter(({ ready }) => ready).map(({ id }) => id);
  const present = held.filter((id) => chosen.has(id)).length;
  const surplus = held.length - present;
  if (present === chosen.size && surplus === 0) {
    return {
      acknowledged: true,
      acknowledgement: `the endpoints of Service ${name} are exactly the chosen pods`,
    };
  }
  const also = surplus > 0 ? `, and ${surplus} that are not chosen` : '';
  return {
    acknowledged: false,
    acknowledgement: `the endpoints of Service ${name} hold ${present} of ${chosen.size} chosen pods${also}`,
  };
}
