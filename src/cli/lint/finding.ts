/** One thing that is to be said about an object. */
export interface Finding {
  /** `refused`: the API server or the controller will not take it. `warning`: it will, and somebody may be sorry. */
  severity: 'refused' | 'warning';
  /** Stable, for scripts and `--ignore`. */
  code: string;
  /** The field, such as `spec.replicas`. */
  path: string;
  /** What is there, in words. */
  found: string;
  /** Why it matters; of what is refused, what would be accepted. */
  why: string;
  /** What to do; absent where `why` says it. */
  advice?: string;
}

/** Codes of what is refused, with what each means. */
export const refusals = {
  UnknownKind: 'understudy.dev has no such kind: the API server does not know it.',
  InvalidObject: 'The schema or a rule of the kind does not hold: the API server refuses the object.',
  NoImage: 'A container has no image: Kubernetes refuses the Deployment of the revision.',
  InvalidTemplate: 'A metric cannot be made from its template: no rollout begins with it.',
  InvalidQuery: 'A query cannot be asked as it stands: no rollout begins with it.',
  InvalidExpression: 'A condition of a query is no CEL over its result: no rollout begins with it.',
} as const;
export type RefusalCode = keyof typeof refusals;
