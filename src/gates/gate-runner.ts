import type { GateAnswer, GateQuestion } from '../domain/gates/gate-question.ts';

export abstract class GateRunner {
  abstract run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer>;
}
