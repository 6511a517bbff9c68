import type { ModelDeployment } from '../../api/model-deployment.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { conditionOf } from '../../presentation/words.ts';
import type { Goal } from './goals.ts';

/** How a wait ended. */
export type VerdictWord = 'AsAsked' | 'Opposite' | 'TimedOut' | 'Error';

export const verdictCodes: Record<VerdictWord, ExitCode> = {
  AsAsked: exitCodes.done,
  Opposite: exitCodes.opposite,
  TimedOut: exitCodes.notEnded,
  Error: exitCodes.usage,
};

export interface Verdict {
  verdict: VerdictWord;
  goal: Goal;
  namespace: string;
  name: string;
  message: string;
  waitedMs: number;
  /** As it was seen last. */
  model?: ModelDeployment | undefined;
}

/** The verdict for a pipeline: one line of JSON. */
export function verdictLine({ verdict, goal, namespace, name, message, waitedMs, model }: Verdict): string {
  const { status } = model ?? {};
  return JSON.stringify({
    verdict,
    exitCode: verdictCodes[verdict],
    for: goal,
    namespace,
    name,
    ...(status && {
      phase: status.phase,
      reason: model && conditionOf(model, 'Ready')?.reason,
      rollout: status.rollout?.name,
      outcome: status.rollout?.outcome,
      stable: status.stable && { revision: status.stable.revision, ...status.stable.model },
      candidate: status.candidate && { revision: status.candidate.revision, ...status.candidate.model },
      candidatePercent: status.traffic?.applied,
    }),
    message,
    waitedSeconds: Math.round(waitedMs / 1_000),
  });
}
