import { noVersion } from '../load/load-summary.ts';
import { numbersOf, onTrial, versionOf, type DemoState } from './demo-state.ts';
import { clean, count } from './styled-text.ts';

/** For logs: one line for each change of the ModelDeployment that a reader would want to know of. */
export function changeLines(before: DemoState | undefined, now: DemoState): string[] {
  if (now.status.phase === undefined || (before && keyOf(before) === keyOf(now))) return [];
  return [`${stamp(now.elapsedMs)} ${describe(now)}`];
}

/** The time since the start, in front of each line of a log. */
export const stamp = (elapsedMs: number): string => `[${(elapsedMs / 1_000).toFixed(1).padStart(6)} s]`;

/** What makes a change; numbers that move all the time are left out. */
function keyOf({ status }: DemoState): string {
  const split = onTrial(status) && status.traffic;
  const { phase, stable, candidate, rollout, analysis } = status;
  return JSON.stringify([
    phase,
    stable?.revision,
    candidate?.revision,
    candidate?.ready,
    rollout?.name,
    rollout?.step,
    rollout?.outcome,
    split?.desired,
    split?.applied,
    split?.acknowledged,
    split?.mirrored,
    analysis?.map(({ metric, verdict }) => [metric, verdict]),
  ]);
}

function describe({ status, traffic }: DemoState): string {
  const { phase, message, rollout, analysis, candidate } = status;
  const share = status.traffic;
  const trial = onTrial(status);
  const parts = [phase ?? ''];
  if (candidate && rollout && rollout.outcome === undefined)
    parts.push(`step ${Math.min(rollout.step + 1, rollout.steps)} of ${rollout.steps}`);
  if (trial && share?.desired !== undefined) {
    const seen = share.observed === undefined ? '' : `, ${share.observed} % observed`;
    const state = share.acknowledged ? '' : ', not acknowledged yet';
    parts.push(
      `${versionOf(trial)} ${share.desired} % desired, ${share.applied ?? 0} % applied${seen}${state}`,
    );
  }
  if (trial && share?.mirrored !== undefined)
    parts.push(`${share.mirrored} % of the requests copied to ${versionOf(trial)}`);
  if (candidate) parts.push(`${candidate.ready} of ${candidate.replicas} pods ready`);
  for (const finding of analysis ?? []) {
    const numbers = numbersOf(finding);
    parts.push(`${finding.metric} ${finding.verdict}${numbers ? ` (${numbers})` : ''}`);
  }
  if (traffic) parts.push(requests(traffic.total));
  return `${parts.join(' | ')} | ${clean(message ?? '')}`;
}

function requests(total: NonNullable<DemoState['traffic']>['total']): string {
  const versions = Object.entries(total.versions).map(([version, counted]) => {
    const label = version === noVersion ? 'no model' : `v${version}`;
    return `${label} ${count(counted.requests)}${counted.failures > 0 ? ` (${count(counted.failures)} failed)` : ''}`;
  });
  return `requests: ${versions.join(', ') || 'none'}`;
}
