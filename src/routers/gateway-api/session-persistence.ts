import { formatDuration, parseDuration } from '../../api/duration.ts';
import type { Sticky } from '../../domain/traffic/route-extras.ts';
import type { SessionPersistence } from './route-meaning.ts';

/** How a rule keeps its clients: a cookie ends with its time where it has one, else with the client's session. */
export function sessionPersistence(sticky: Sticky): SessionPersistence {
  if (sticky.kind === 'header') return { sessionName: sticky.name, type: 'Header' };
  const { name, maxAgeMs } = sticky;
  return maxAgeMs === undefined
    ? { sessionName: name, type: 'Cookie', cookieConfig: { lifetimeType: 'Session' } }
    : {
        sessionName: name,
        type: 'Cookie',
        absoluteTimeout: formatDuration(maxAgeMs),
        cookieConfig: { lifetimeType: 'Permanent' },
      };
}

/** How a live rule keeps its clients; a name that is not given is the gateway's own choice, and empty here. */
export function stickyOf(persistence: SessionPersistence | undefined): Sticky | undefined {
  if (!persistence) return undefined;
  const { sessionName: name = '', type, absoluteTimeout, cookieConfig } = persistence;
  if (type === 'Header') return { kind: 'header', name };
  const isPermanent = cookieConfig?.lifetimeType === 'Permanent' && absoluteTimeout !== undefined;
  return { kind: 'cookie', name, ...(isPermanent && { maxAgeMs: parseDuration(absoluteTimeout) }) };
}
