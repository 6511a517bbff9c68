/**
 * The reason by which a signal ends a question for good: the rollout that asked it is superseded, taken back or over. What the question began is
 * ended with it. By any other reason (this process stops, or another one has the ModelDeployment now) it goes on, and is met again.
 */
export class QuestionWithdrawn extends Error {
  override readonly name = 'QuestionWithdrawn';

  constructor() {
    super('nobody waits for the answer any more');
  }
}
