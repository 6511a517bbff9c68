import { useStore } from '../live/use-store.ts';
import { Store } from '../live/store.ts';
import { placeAddress, readPlace, type Place } from './place.ts';

const places = new Store<Place>(readPlace(location.search));
addEventListener('popstate', () => places.set(readPlace(location.search)));

export const usePlace = (): Place => useStore(places);

/** Goes there. Typing in a filter leaves no trail of places to go back through. */
export function goTo(place: Place, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', placeAddress(place));
  if (!replace) scrollTo(0, 0);
  places.set(place);
}

/** A click on a link that stays on the page; anything with a key held goes where the browser wants it. */
export const following =
  (place: Place) =>
  (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(place);
  };
