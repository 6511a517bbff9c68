import type { ResourceKind } from './resource.ts';

const review = (group: 'authentication' | 'authorization', kind: string): ResourceKind => ({
  apiVersion: `${group}.k8s.io/v1`,
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced: false,
});

/** Questions to the API server, not objects: they are never stored. */
export const reviewKinds = {
  selfSubjectReview: review('authentication', 'SelfSubjectReview'),
  selfSubjectAccessReview: review('authorization', 'SelfSubjectAccessReview'),
  tokenReview: review('authentication', 'TokenReview'),
  subjectAccessReview: review('authorization', 'SubjectAccessReview'),
} as const;
