import type { GateAnswer, GateQuestion } from '../domain/gates/gate-question.ts';
import { GateRunner } from './gate-runner.ts';

export interface GateRunnersOptions {
  webhook: GateRunner;
  /** Absent: Jobs are switched off. */
  job?: GateRunner;
}

/** Asks each gate as its kind is asked. */
export class GateRunners extends GateRunner {
  readonly #options: GateRunnersOptions;

  constructor(options: GateRunnersOptions) {
    super();
    this.#options = options;
  }

  async run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
    const { webhook, job } = this.#options;
    if (!question.gate.job) return webhook.run(question, signal);
    if (job) return job.run(question, signal);
    return { kind: 'silent', message: "the controller's configuration has gates.jobs: false" };
  }
}
