import type { ActionView } from '../world.ts';
import { docketOf } from './docket.ts';
import { carriedOut } from './recorded.ts';
import { refusalOf } from './refusals.ts';
import type { Stand } from './stand.ts';

/** Nothing speaks against it as things stand, and it was not carried out yet. */
export const isOpen = (action: ActionView, stand: Stand): boolean =>
  !carriedOut(stand.world.rollouts, action.uid) && !refusalOf(action, stand);

/** The actions that may be carried out now, or when what they wait for has come, in the order in which they are heard. */
export const openActions = (stand: Stand): ActionView[] =>
  docketOf(stand.world).filter((action) => isOpen(action, stand));
