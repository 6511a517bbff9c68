import { detailStreamAddress, listStreamAddress } from '../api/api.ts';
import { detailAfter, type DetailMessage, type DetailState } from './detail-state.ts';
import { EventStream, type StreamStatus } from './event-stream.ts';
import { listAfter, type ListMessage, type ListState } from './list-state.ts';
import { hearServerTime } from './server-clock.ts';
import { Store } from './store.ts';

/** What a stream brought so far, and how it is doing. */
export interface Live<State> {
  state: State | undefined;
  status: StreamStatus;
  /** When it was last heard, by this machine's clock. */
  heardAtMs: number | undefined;
}

/** A stream with what it brought. */
export interface LiveSource<State> {
  store: Store<Live<State>>;
  retryNow: () => void;
  close: () => void;
}

export const openList = (silenceMs: number): LiveSource<ListState> =>
  open<ListState, ListMessage>(listStreamAddress, silenceMs, ['snapshot', 'delta'], listAfter);

export const openDetail = (key: string, silenceMs: number): LiveSource<DetailState> =>
  open<DetailState, DetailMessage>(
    detailStreamAddress(key),
    silenceMs,
    ['snapshot', 'delta', 'gone'],
    detailAfter,
  );

function open<State, Message extends { name: string }>(
  address: string,
  silenceMs: number,
  names: readonly Message['name'][],
  after: (state: State | undefined, message: Message) => State | undefined,
): LiveSource<State> {
  const store = new Store<Live<State>>({
    state: undefined,
    status: { is: 'connecting' },
    heardAtMs: undefined,
  });
  const stream = new EventStream({
    address,
    silenceMs,
    onStatus: (status) => {
      const { value } = store;
      if (status.is === 'live') return store.setSoon({ ...value, status, heardAtMs: Date.now() });
      store.set({ ...value, status });
    },
    onEvent: (name, data) => {
      hearServerTime((data as { serverTime: string }).serverTime);
      if (!names.includes(name)) return;
      const { value } = store;
      const next = { ...value, state: after(value.state, { name, data } as unknown as Message) };
      // The first picture is what somebody waits for.
      if (value.state === undefined) store.set(next);
      else store.setSoon(next);
    },
  });
  return { store, retryNow: stream.retryNow, close: () => stream.close() };
}
