import { useEffect, useState } from 'preact/hooks';
import type { Live, LiveSource } from './live.ts';
import { Store } from './store.ts';
import { useStore } from './use-store.ts';

const nothing = new Store<Live<never>>({
  state: undefined,
  status: { is: 'connecting' },
  heardAtMs: undefined,
});

/** Opens a source when `key` is there, and lets it go when it changes. */
export function useLive<State>(
  key: string | undefined,
  open: (key: string) => LiveSource<State>,
): Live<State> & { retryNow: () => void } {
  const [opened, setOpened] = useState<{ key: string; source: LiveSource<State> }>();
  useEffect(() => {
    if (key === undefined) return setOpened(undefined);
    const source = open(key);
    setOpened({ key, source });
    return source.close;
  }, [key]);
  const source = opened?.key === key ? opened?.source : undefined;
  const live = useStore<Live<State>>(source?.store ?? (nothing as unknown as Store<Live<State>>));
  // Between two of them the old one is still known.
  const isOwn = source !== undefined && live === source.store.value;
  return {
    ...(isOwn ? live : (nothing.value as Live<State>)),
    retryNow: source?.retryNow ?? (() => undefined),
  };
}
