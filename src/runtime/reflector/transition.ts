import type { ListPage, WatchEvent } from '../../kubernetes/cluster.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/**
 * Where a reflector stands.
 *
 * - `Empty`: nothing is known, or what is known is too old to go on from: list.
 * - `Listing`: some pages have come; the version is that of the first.
 * - `Listed`: everything up to this version is known; no watch is open.
 * - `Watching`: a watch is asked for or open; everything up to this version is known.
 */
export type ReflectorState =
  | { readonly name: 'Empty' }
  | { readonly name: 'Listing'; readonly resourceVersion: string; readonly continueToken: string }
  | { readonly name: 'Listed'; readonly resourceVersion: string }
  | { readonly name: 'Watching'; readonly resourceVersion: string };

/** What the I/O around the machine reports. */
export type ReflectorInput =
  | { type: 'page'; page: ListPage }
  /** A page could not be read, whatever the reason. */
  | { type: 'listFailed' }
  /** The kind is not served at all, and that is accepted. */
  | { type: 'absent' }
  | { type: 'watchOpened' }
  | { type: 'watchEvent'; event: WatchEvent }
  /** The server closed the stream, or it broke: what is known is still good. */
  | { type: 'watchEnded' }
  /** The version is too old, or the kind was taken away: what is known cannot be continued. */
  | { type: 'watchExpired' };

/** What the store is told. Between Init and InitDone it goes on serving what it held before. */
export type StoreEvent =
  | { type: 'Init' }
  | { type: 'InitApply'; object: KubernetesObject }
  | { type: 'InitDone' }
  | { type: 'Apply'; object: KubernetesObject }
  | { type: 'Delete'; object: KubernetesObject };

export interface Transition {
  state: ReflectorState;
  events: StoreEvent[];
}

export const emptyState: ReflectorState = { name: 'Empty' };

/**
 * The reflector as a pure function.
 *
 * Guarantees: versions are passed on and never parsed; the version of a list is that of its first page, so that
 * nothing between its pages is missed; a list that breaks off starts over. Errors: an input that cannot come in this
 * state is a fault of the program and throws.
 */
export function transition(state: ReflectorState, input: ReflectorInput): Transition {
  switch (input.type) {
    case 'page':
      if (state.name === 'Empty')
        return afterPage(input.page, input.page.resourceVersion, [{ type: 'Init' }]);
      if (state.name === 'Listing') return afterPage(input.page, state.resourceVersion, []);
      break;
    case 'listFailed':
      if (state.name === 'Empty' || state.name === 'Listing') return { state: emptyState, events: [] };
      break;
    case 'absent':
      if (state.name === 'Empty' || state.name === 'Listing') {
        return { state: emptyState, events: [{ type: 'Init' }, { type: 'InitDone' }] };
      }
      break;
    case 'watchOpened':
      if (state.name === 'Listed') {
        return { state: { name: 'Watching', resourceVersion: state.resourceVersion }, events: [] };
      }
      break;
    case 'watchEvent':
      if (state.name === 'Watching') return afterWatchEvent(state.resourceVersion, input.event);
      break;
    case 'watchEnded':
      if (state.name === 'Watching') {
        return { state: { name: 'Listed', resourceVersion: state.resourceVersion }, events: [] };
      }
      break;
    case 'watchExpired':
      if (state.name === 'Watching') return { state: emptyState, events: [] };
      break;
  }
  throw new Error(`${input.type} cannot happen in state ${state.name}`);
}

function afterPage(page: ListPage, resourceVersion: string, before: StoreEvent[]): Transition {
  const events = before.concat(page.items.map((object) => ({ type: 'InitApply', object })));
  if (page.continueToken) {
    return { state: { name: 'Listing', resourceVersion, continueToken: page.continueToken }, events };
  }
  events.push({ type: 'InitDone' });
  return { state: { name: 'Listed', resourceVersion }, events };
}

function afterWatchEvent(before: string, event: WatchEvent): Transition {
  if (event.type === 'BOOKMARK') {
    return { state: { name: 'Watching', resourceVersion: event.resourceVersion }, events: [] };
  }
  const resourceVersion = event.object.metadata.resourceVersion ?? before;
  const type = event.type === 'DELETED' ? 'Delete' : 'Apply';
  return { state: { name: 'Watching', resourceVersion }, events: [{ type, object: event.object }] };
}
