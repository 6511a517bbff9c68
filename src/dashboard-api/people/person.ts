import type { Cluster } from '../../kubernetes/cluster.ts';

/** A right, as RBAC names it. Without a namespace: in all of them. */
export interface Right {
  verb: string;
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}

/** Somebody who looks at the dashboard. */
export interface Person {
  /** Tells people apart; holds no credential. */
  key: string;
  /** Absent: nobody is logged in. */
  user: { name: string; groups: readonly string[] } | undefined;
  /** Whether the API server would let them. May be some seconds old. */
  may(right: Right): Promise<boolean>;
  /** The API server as this person; absent for those who may only look. */
  cluster: Pick<Cluster, 'create' | 'list'> | undefined;
}

/** Tells who somebody is. */
export abstract class People {
  /** What is said of itself to the page. */
  abstract readonly mode: 'cluster' | 'local';
  abstract readonly anonymous: 'none' | 'readOnly';
  /** Undefined where the token is none, or there is none and it is needed. Rejects with `ClusterError` where the API server cannot say. */
  abstract identify(token: string | undefined): Promise<Person | undefined>;
}
