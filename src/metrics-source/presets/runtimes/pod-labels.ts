import type { ArmLabels } from '../../../domain/analysis/presets/preset-data.ts';

/**
 * The pod's own labels, which the scrape has to copy under these short names: a runtime's labels of versions are the caller's words, or
 * those of the model's settings, and need not change with a revision.
 */
export const byPod: ArmLabels = {
  namespace: '{namespace}',
  model_deployment: '{name}',
  revision: '{revision}',
};

/** Prometheus' own series of the target: there before any request was made. */
export const alive = 'up';
