import type { Facts } from '../../domain/testing/facts.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Law } from './law.ts';
import { isForCopies, revisionIn, servicesOf } from './read-route.ts';

/**
 * Law 8: a user's answer never comes from a Service of copies, copies go nowhere else, and nothing begins to be copied to a revision
 * that has no ready pod. `name` is the ModelDeployment's. What the gateway makes of it, real requests show.
 */
export const copiesStayCopies = (name: string): Law => ({
  written: ({ write: { kind, verb, object, previous }, before, earlier }) => {
    if (kind !== 'HTTPRoute' || verb === 'delete') return undefined;
    const { live, copies } = servicesOf(object);
    const answers = live.find(isForCopies);
    if (answers !== undefined) return `law 8: users get answers of ${answers}, which is for copies`;
    const users = copies.find((service) => !isForCopies(service));
    if (users !== undefined) return `law 8: copies go to ${users}, where they count as requests of users`;
    const dead = newIn(copies, previous).find(
      (service) => !everReady(revisionIn(service, name), before, earlier()),
    );
    return dead === undefined
      ? undefined
      : `law 8: requests begin to be copied to ${dead}, which has no ready pod`;
  },
});

const newIn = (copies: readonly string[], previous: KubernetesObject | undefined): string[] => {
  const known = previous ? servicesOf(previous).copies : [];
  return copies.filter((service) => !known.includes(service));
};

function everReady(revision: string, now: Facts, earlier: Iterable<Facts>): boolean {
  for (const { revisions } of [now, ...earlier]) if ((revisions[revision]?.ready ?? 0) > 0) return true;
  return false;
}
