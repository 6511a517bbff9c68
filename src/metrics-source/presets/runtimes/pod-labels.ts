import { labels } from '../../../api/group.ts';
import type { ArmLabels } from '../../../domain/analysis/presets/preset-data.ts';

/** A label of Kubernetes as Prometheus' discovery spells it. */
const spelt = (label: string): string => label.replaceAll(/[^a-zA-Z0-9_]/g, '_');

/**
 * The pod's own labels, which the scrape has to copy: a runtime's labels of versions are the caller's words, or those of the model's
 * settings, and need not change with a revision.
 */
export const byPod: ArmLabels = {
  namespace: '{namespace}',
  [spelt(labels.modelDeployment)]: '{name}',
  [spelt(labels.revision)]: '{revision}',
};

/** Prometheus' own series of the target: there before any request was made. */
export const alive = 'up';
