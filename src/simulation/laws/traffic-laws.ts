import type { Facts } from '../../domain/testing/facts.ts';
import { brokenBy } from '../../domain/testing/laws.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { Law } from './law.ts';

/**
 * Laws 1 to 7 and 13 as the domain has them, asked of every write. A controller decides on what its caches show, which is a moment old; what
 * it must not do is to write what none of the states of that time allows. The object that it writes is no older than the write: law 16.
 */
export const trafficLaws = (): Law => ({
  written: ({ write, before, after, earlier }) => {
    const complaints = brokenBy(before, after);
    if (complaints.length === 0) return [];
    const states = [...earlier()];
    // The spec comes by another watch than the rest, and so may be from another moment.
    const asked = new Set(states.map(({ replicas }) => replicas));
    for (const facts of states)
      for (const replicas of asked) {
        const known = asDecidedOn(write, { ...facts, replicas }, before);
        if (brokenBy(known, { ...asWritten(write, known, after), replicas }).length === 0) return [];
      }
    return complaints;
  },
});

/** A record changes nothing but itself: what others did to the traffic since then is not its doing. */
const asWritten = ({ kind }: AcceptedWrite, known: Facts, { rollout, ...after }: Facts): Facts =>
  kind === 'ModelRollout' ? { ...known, rollout } : { ...after, rollout };

/** What was known then, and of the object that is written what it says now. */
function asDecidedOn({ kind }: AcceptedWrite, earlier: Facts, now: Facts): Facts {
  switch (kind) {
    case 'HTTPRoute':
    case 'Pod':
    case 'Service':
      return { ...earlier, route: now.route, apex: now.apex, shares: now.shares };
    case 'ModelRollout':
      return { ...earlier, rollout: now.rollout };
    case 'Deployment': {
      const revisions = Object.fromEntries(
        Object.entries(now.revisions).map(([name, { replicas, ready }]) => [
          name,
          { replicas, ready: earlier.revisions[name]?.ready ?? ready },
        ]),
      );
      return { ...earlier, revisions };
    }
    default:
      return earlier;
  }
}
