import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { World } from '../world.ts';

/**
 * What the rollout is judged by, once its series were seen: from then on the record says it, and no later series, edit or
 * release of the controller changes it in flight (law 12).
 */
export function notePreset({ analysis }: World, status: ModelRolloutStatus): ModelRolloutStatus {
  const seen = analysis.chosen?.choice;
  if (!seen?.requests) return status;
  const known = status.analysis?.preset;
  if (known && known.name !== seen.name) return status;
  const isKnown = known?.requests !== undefined && (known.latency ?? seen.latency) === known.latency;
  return isKnown ? status : { ...status, analysis: { ...status.analysis, preset: { ...seen, ...known } } };
}
