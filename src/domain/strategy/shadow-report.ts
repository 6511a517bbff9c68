import type { MetricReport } from '../../api/model-rollout-status.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { clip, longestMessage } from '../words.ts';
import { currentStep } from './plan.ts';
import type { RolloutContext } from './rollout-context.ts';

/** The status with what the copies showed, when a step that makes copies is about to be left, forward or back. */
export function withReport(context: RolloutContext): ModelRolloutStatus {
  const { rollout, judgement } = context;
  const { status, spec } = rollout;
  if (currentStep(spec.plan, status)?.kind !== 'mirror' || !judgement) return status;
  const report = judgement.metrics.map(({ name, verdict, message, value, dryRun }): MetricReport => {
    const { candidate, stable } = judgement.evidence.metrics[name] ?? {};
    return {
      metric: name,
      verdict,
      ...(dryRun && { dryRun }),
      message: clip(message, longestMessage),
      candidate: candidate ? armOf(candidate) : { ...(value === undefined ? {} : { value }) },
      ...(stable && { stable: armOf(stable) }),
    };
  });
  return { ...status, report };
}

const armOf = ({ requests, bad }: { requests: number; bad: number }) => ({
  ...(requests > 0 && { value: Number((bad / requests).toPrecision(6)) }),
  requests,
});
