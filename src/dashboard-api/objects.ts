import type { KubernetesObject } from '../kubernetes/resource.ts';

/** What the dashboard reads: the caches that a program has anyway. No request of a person costs one of the API server for these. */
export interface Objects {
  keys(): string[];
  modelDeployment(key: string): KubernetesObject | undefined;
  modelRollouts(key: string): KubernetesObject[];
  actions(key: string): KubernetesObject[];
  deployments(key: string): KubernetesObject[];
  pods(key: string): KubernetesObject[];
  /** Called with the key of every ModelDeployment that a change may concern. */
  onChange(changed: (key: string) => void): void;
  /** Whether all was read once; `failure` while the API server cannot be asked. */
  state(): { synced: boolean; failure?: { sinceMs: number; message: string } | undefined };
}
