import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { calibrate, calibrationInWords } from '../analysis/calibrate.ts';
import type { RolloutView, World } from '../world.ts';
import { armsOf } from './evidence.ts';
import type { GateCheck } from './gate.ts';
import { withDecisionOf } from './transitions.ts';

/**
 * A rollout begins with a look at what the metrics source holds of the stable revision's pods, where a metric leaves its tolerance
 * open. Only then: nothing runs while a ModelDeployment is settled (law 15), and what was found stays as it is (law 12).
 */
export function wantsCalibration({ spec: { plan, analysis }, status }: RolloutView): boolean {
  if (status.phase !== 'Preparing' || status.analysis?.calibration || plan.immediate) return false;
  return analysis.metrics.some((metric) => metric.kind !== 'query' && metric.tolerance === undefined);
}

/** Puts into the record what was found, with a decision that says so, or why nothing could be. */
export function noteCalibration(
  world: World,
  rollout: RolloutView,
  status: ModelRolloutStatus,
): ModelRolloutStatus {
  const { history, scrapeIntervalMs } = world.analysis;
  if (!history || history.kind === 'pending' || !wantsCalibration({ ...rollout, status })) return status;
  const calibration = calibrate(rollout.spec.analysis, history, {
    arms: armsOf(world, rollout),
    scrapeIntervalMs,
  });
  const noted = { ...status, analysis: { ...status.analysis, calibration } };
  // That nothing could be measured is usual where only a gateway counts: the record says why, and no event does.
  if (Object.keys(calibration.metrics).length === 0) return noted;
  return withDecisionOf(noted, world.nowMs, {
    action: 'Calibrated',
    reason: 'Calibrated',
    message: calibrationInWords(calibration),
  });
}

/** The answer is waited for, or a failure to give one: a tolerance that changed in the middle would make the evidence void. */
export const isCalibrated: GateCheck = ({ world, rollout }) =>
  world.analysis.history?.kind === 'pending' && wantsCalibration(rollout)
    ? { message: "reading what the metrics source holds of the stable revision's pods" }
    : undefined;
