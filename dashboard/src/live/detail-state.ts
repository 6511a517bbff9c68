import type { Detail, DetailEvent } from '../../../src/dashboard-api/schemas.ts';
import type { Staleness } from './staleness.ts';

/** What is known of the ModelDeployment that is open. */
export interface DetailState {
  detail: Detail;
  stale: Staleness | undefined;
  serverTime: string;
  /** It was deleted; what is shown is how it was. */
  gone: boolean;
}

export type DetailMessage =
  | { name: 'snapshot'; data: DetailEvent<'snapshot'> }
  | { name: 'delta'; data: DetailEvent<'delta'> }
  | { name: 'gone'; data: DetailEvent<'gone'> };

/** The state after an event of the stream; undefined as long as no snapshot came. */
export function detailAfter(state: DetailState | undefined, message: DetailMessage): DetailState | undefined {
  if (message.name === 'snapshot') {
    const { detail, stale, serverTime } = message.data;
    return { detail, stale, serverTime, gone: false };
  }
  if (!state) return undefined;
  if (message.name === 'gone') return { ...state, gone: true, serverTime: message.data.serverTime };
  const { changed, removed, stale, serverTime } = message.data;
  const left = Object.entries(state.detail).filter(([section]) => !removed.includes(section));
  const detail = { ...(Object.fromEntries(left) as Detail), ...changed };
  return {
    ...state,
    detail,
    serverTime,
    stale: stale === undefined ? state.stale : (stale ?? undefined),
  };
}
