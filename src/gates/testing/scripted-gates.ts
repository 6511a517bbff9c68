import type { GateAnswer, GateQuestion } from '../../domain/gates/gate-question.ts';
import { untilAborted } from '../../runtime/abortable.ts';
import { GateRunner } from '../gate-runner.ts';

export const passed: GateAnswer = { kind: 'answered', verdict: 'Pass', message: 'all is well' };
export const failed: GateAnswer = { kind: 'answered', verdict: 'Fail', message: 'the answers are wrong' };
export const waiting: GateAnswer = { kind: 'answered', verdict: 'Wait', message: 'nobody has looked yet' };
export const silence: GateAnswer = { kind: 'silent', message: 'nobody is there' };

/** Gates that say what a test lets them say, and keep what they were asked. */
export class ScriptedGates extends GateRunner {
  readonly asked: GateQuestion[] = [];
  /** How many questions somebody waits for the answer of. */
  waiting = 0;
  /** What is said; a promise that never ends is a gate that hangs. */
  says: (question: GateQuestion) => GateAnswer | Promise<GateAnswer> = () => passed;

  async run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
    this.asked.push(question);
    this.waiting += 1;
    try {
      return await untilAborted(Promise.resolve(this.says(question)), signal);
    } finally {
      this.waiting -= 1;
    }
  }

  /** The ids of what a gate was asked, in order. */
  idsOf(name: string): string[] {
    return this.asked.filter(({ gate }) => gate.name === name).map(({ id }) => id);
  }
}

export const hanging = (): Promise<never> => new Promise(() => {});
