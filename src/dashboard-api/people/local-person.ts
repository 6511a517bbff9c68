import { timingSafeEqual } from 'node:crypto';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { reviewKinds } from '../../kubernetes/review-kinds.ts';
import type { Clock } from '../../runtime/clock.ts';
import { BriefCache } from './brief-cache.ts';
import { People, type Person } from './person.ts';
import type { ReviewingCluster } from './reviewed-people.ts';

export interface LocalPersonOptions {
  cluster: Pick<ReviewingCluster, 'review'> & Pick<Cluster, 'create' | 'list'>;
  clock: Clock;
  /** What the address holds: other users of the machine do not know it. */
  secret: string;
  user: { name: string; groups: readonly string[] };
}

const rightTtlMs = 10_000;

/** The one person of `understudy dashboard`: whoever knows the secret acts with the kubeconfig of the one who started it. */
export class LocalPerson extends People {
  readonly mode = 'local';
  readonly anonymous = 'none';
  readonly #secret: Buffer;
  readonly #person: Person;

  constructor({ cluster, clock, secret, user }: LocalPersonOptions) {
    super();
    this.#secret = Buffer.from(secret);
    const rights = new BriefCache<boolean>({ clock, ttlMs: rightTtlMs, most: 20_000 });
    this.#person = {
      key: 'local',
      user,
      may: (right) =>
        rights.get(JSON.stringify(right), async () => {
          const spec = { resourceAttributes: right };
          const status = await cluster.review<{ allowed?: boolean }>(
            reviewKinds.selfSubjectAccessReview,
            spec,
          );
          return status?.allowed === true;
        }),
      cluster,
    };
  }

  identify(token: string | undefined): Promise<Person | undefined> {
    const given = Buffer.from(token ?? '');
    const isRight = given.length === this.#secret.length && timingSafeEqual(given, this.#secret);
    return Promise.resolve(isRight ? this.#person : undefined);
  }
}
