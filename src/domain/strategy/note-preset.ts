import type { PresetChoice } from '../../api/model-rollout-status.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { World } from '../world.ts';

/**
 * What the rollout is judged by, once its series were seen: from then on the record says it, and no later series, edit or
 * release of the controller changes it in flight (law 12).
 */
export function notePreset({ analysis }: World, status: ModelRolloutStatus): ModelRolloutStatus {
  const known = status.analysis?.preset;
  const choice = choiceAfter(known, analysis.chosen?.choice);
  return choice === known ? status : { ...status, analysis: { ...status.analysis, preset: choice } };
}

/** What is recorded after a look: the known choice itself where nothing was added to it. */
export function choiceAfter(
  known: PresetChoice | undefined,
  seen: PresetChoice | undefined,
): PresetChoice | undefined {
  if (!seen?.requests || (known && known.name !== seen.name)) return known;
  const isKnown = known?.requests !== undefined && (known.latency ?? seen.latency) === known.latency;
  return isKnown ? known : { ...seen, ...known };
}
