/** One finished request to the API server, as metrics see it. */
export interface ApiRequest {
  verb: ApiVerb;
  /** The kind's name, such as `Deployment`: a bounded set. */
  kind: string;
  /** The HTTP status as text, or `none` when there was no answer. */
  code: string;
  /** For a watch: until the answer began. */
  durationMs: number;
}

/** The verbs by which the controller calls, named as the API server's audit log and RBAC name them, and `apply` and `evict`. */
export type ApiVerb = 'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'update' | 'delete' | 'evict';

/** Told about each request after its end; must not throw. */
export type ApiRequestObserver = (request: ApiRequest) => void;
