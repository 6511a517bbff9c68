import { createHash } from 'node:crypto';
import { group } from '../../api/group.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import type { ResourceKind } from '../../kubernetes/resource.ts';
import { reviewKinds } from '../../kubernetes/review-kinds.ts';
import type { Clock } from '../../runtime/clock.ts';
import { BriefCache } from './brief-cache.ts';
import { People, type Person, type Right } from './person.ts';

/** What is asked of an API server. */
export interface ReviewingCluster {
  review<Status>(kind: ResourceKind, spec: unknown): Promise<Status | undefined>;
  asPerson(token: string): Pick<Cluster, 'create' | 'list'>;
}

export interface ReviewedPeopleOptions {
  cluster: ReviewingCluster;
  clock: Clock;
  anonymous: 'none' | 'readOnly';
}

interface UserInfo {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}

/** A token that was withdrawn, and a right that was taken away, are believed for this long at most. */
const tokenTtlMs = 20_000;
const rightTtlMs = 10_000;

/**
 * People as the API server knows them: the token by TokenReview, each right by SubjectAccessReview, both believed for a few seconds. What
 * they do, they do with their own token. Tokens are kept nowhere: what is remembered goes by their hash.
 */
export class ReviewedPeople extends People {
  readonly mode = 'cluster';
  readonly anonymous: 'none' | 'readOnly';
  readonly #cluster: ReviewingCluster;
  readonly #users: BriefCache<UserInfo | undefined>;
  readonly #rights: BriefCache<boolean>;

  constructor({ cluster, clock, anonymous }: ReviewedPeopleOptions) {
    super();
    this.#cluster = cluster;
    this.anonymous = anonymous;
    this.#users = new BriefCache({ clock, ttlMs: tokenTtlMs, most: 2_000 });
    this.#rights = new BriefCache({ clock, ttlMs: rightTtlMs, most: 20_000 });
  }

  async identify(token: string | undefined): Promise<Person | undefined> {
    if (token === undefined) return this.anonymous === 'readOnly' ? onlooker : undefined;
    const hash = createHash('sha256').update(token).digest('base64url');
    const info = await this.#users.get(hash, () => this.#review(token));
    if (!info?.username) return undefined;
    const { username, uid, groups = [], extra } = info;
    const who = JSON.stringify([username, uid, groups, extra]);
    return {
      key: `user ${createHash('sha256').update(who).digest('base64url')}`,
      user: { name: username, groups },
      may: (right) => this.#rights.get(`${who} ${JSON.stringify(right)}`, () => this.#ask(info, right)),
      cluster: this.#cluster.asPerson(token),
    };
  }

  async #review(token: string): Promise<UserInfo | undefined> {
    const status = await this.#cluster.review<{ authenticated?: boolean; user?: UserInfo }>(
      reviewKinds.tokenReview,
      { token },
    );
    return status?.authenticated ? status.user : undefined;
  }

  async #ask({ username, uid, groups, extra }: UserInfo, resourceAttributes: Right): Promise<boolean> {
    const status = await this.#cluster.review<{ allowed?: boolean }>(reviewKinds.subjectAccessReview, {
      user: username,
      ...(uid !== undefined && { uid }),
      ...(groups && { groups }),
      ...(extra && { extra }),
      resourceAttributes,
    });
    return status?.allowed === true;
  }
}

/** Nobody in particular: sees what is rolled out, of our own kinds alone, and does nothing. */
const onlooker: Person = {
  key: 'nobody',
  user: undefined,
  may: ({ verb, group: asked }) => Promise.resolve(verb === 'list' && asked === group),
  cluster: undefined,
};
