import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { Law } from './law.ts';

/** These are the election's own, and news for people. */
const exempt = new Set(['Lease', 'Event']);

/** Law 16: every write but a plain create carries the version that was decided on. */
export const carriesItsVersion = (): Law => ({
  written: ({ write }) => {
    if (exempt.has(write.kind) || write.previous === undefined || write.askedVersion !== undefined)
      return undefined;
    return `law 16: ${inWords(write)} carries no version: it would have overwritten anything`;
  },
});

/** Law 16: only the leader writes. `leader` is who has the Lease; undefined where the scenario lets everybody lead. */
export const onlyTheLeaderWrites = (leader: () => string | undefined): Law => ({
  written: ({ write }) => {
    const holder = exempt.has(write.kind) ? undefined : leader();
    return holder === undefined || holder === write.user
      ? undefined
      : `law 16: ${inWords(write)} by ${write.user}, and ${holder} leads`;
  },
});

const inWords = ({ verb, kind, key }: AcceptedWrite): string => `${verb} ${kind} ${key}`;
