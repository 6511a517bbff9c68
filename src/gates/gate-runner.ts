import type { GateAnswer, GateQuestion } from '../domain/gates/gate-question.ts';

/** Asks gates. */
export abstract class GateRunner {
  /**
   * Asks once, for as long as it takes within the gate's own time limit. May be asked again with the same id, by another process too. Rejects
   * only when `signal` is aborted: whatever goes wrong is an answer.
   */
  abstract run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer>;
}
