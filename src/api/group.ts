/** Names that are part of the API: what users, manifests and other tools may rely on. */
export const group = 'understudy.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;

/** Server-side apply records our fields under this name. */
export const fieldManager = 'understudy';

/** Labels under this prefix belong to the controller; a pod template may not carry any of its own. */
export const labelPrefix = `${group}/`;

export const labels = {
  /** On everything that we own: the ModelDeployment's name. With `revision` the selector of a revision's Service. */
  modelDeployment: `${group}/model-deployment`,
  /** On a revision's Deployment, pods and Service: the revision's ten-character name. */
  revision: `${group}/revision`,
  /** On running pods only, in no template: this pod serves users while a ratio canary runs on plain Services. */
  live: `${group}/live`,
  /** On Services and routes beside the ones that serve users: `mirror` or `preview`. */
  role: `${group}/role`,
  /** On a Job of a gate: the ModelRollout that asks it. */
  rollout: `${group}/rollout`,
  /** On a Job of a gate: the gate's name. */
  gate: `${group}/gate`,
} as const;

export const annotations = {
  /** Which version of the hash named the revision (law 19). */
  hashVersion: `${group}/hash-version`,
  /** The full SHA-256 of the revision's canonical input, in hexadecimal. */
  hash: `${group}/hash`,
  /** The canonical JSON that was hashed. */
  canonicalInput: `${group}/canonical-input`,
  /** RFC 3339 time until which a revision without traffic keeps its pods (law 4). */
  drainUntil: `${group}/drain-until`,
  /** On a revision's Deployment: pods that it has beyond its capacity, while its pods are replaced one after another. */
  surge: `${group}/surge`,
  /** On a route: the matches of its testers as the plan has them, in JSON. The rules hold them combined with the spec's. */
  testers: `${group}/testers`,
  /** On a ModelDeployment: the commit that asks for its spec. A rollout keeps it from its beginning, for the commit statuses. */
  commit: `${group}/commit`,
} as const;

/** On a Secret that a spec may name: whoever may write the Secret allows its use. */
export const useLabel = { key: `${group}/use`, value: 'true' } as const;
