import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AuditedRequest, auditedRequest, isWrite } from '../../test/support/audit-log.ts';

/** What one user asked of the API server within a time. */
export interface RequestFigures {
  seconds: number;
  /** A second, by verb, without those for the Lease. */
  perSecondByVerb: Record<string, number>;
  perSecond: number;
  /** A second, for the Lease alone. */
  leasesPerSecond: number;
  /** Writes of anything but the Lease, by resource: how many. */
  writes: Record<string, number>;
}

/** Where the log ends now: a window begins there. The log of a long run is too long to be read whole each time. */
export const endOfAuditLog = (path: string): number => statSync(path).size;

/** The answered requests of a user that were logged from `offset` on. */
export async function auditedSince(path: string, offset: number, user: string): Promise<AuditedRequest[]> {
  const found: AuditedRequest[] = [];
  // The name first, so that the lines of all others are not parsed.
  const named = JSON.stringify(user);
  for await (const line of createInterface({ input: createReadStream(path, { start: offset }) })) {
    const request = line.includes(named) ? auditedRequest(line) : undefined;
    if (request?.user === user) found.push(request);
  }
  return found;
}

export function figuresOfRequests(requests: readonly AuditedRequest[], seconds: number): RequestFigures {
  const byVerb: Record<string, number> = {};
  const writes: Record<string, number> = {};
  const others = requests.filter(({ resource }) => resource !== 'leases');
  for (const request of others) {
    byVerb[request.verb] = (byVerb[request.verb] ?? 0) + 1;
    if (isWrite(request)) writes[request.resource] = (writes[request.resource] ?? 0) + 1;
  }
  const perSecond = (count: number) => count / seconds;
  return {
    seconds,
    perSecondByVerb: Object.fromEntries(
      Object.entries(byVerb).map(([verb, count]) => [verb, perSecond(count)]),
    ),
    perSecond: perSecond(others.length),
    leasesPerSecond: perSecond(requests.length - others.length),
    writes,
  };
}
