import type { GateAnswer, GateQuestion, GateView } from '../domain/gates/gate-question.ts';
import { errorMessage, type Logger } from '../runtime/logger.ts';
import type { GateRunner } from './gate-runner.ts';
import { QuestionWithdrawn } from './question-withdrawn.ts';

interface Asked {
  cancel: AbortController;
  answer: GateAnswer | undefined;
}

export interface GateAskerOptions {
  runner: GateRunner;
  logger: Logger;
  /** An answer came: the key is to be looked at. */
  onAnswer: (key: string) => void;
}

/**
 * Asks gates in the background, apart from metrics: no pass waits for a gate, and a gate that hangs delays no rollback (laws 5 and 17).
 *
 * Flow: a pass hands over every question that is open; new ones are asked, and one that is no longer open is withdrawn; when an answer comes, the
 * key is handed to `onAnswer`, and the pass that follows gets it for as long as the question is open. Its memory may be lost at any time: whoever
 * takes over asks with the same id (law 12).
 */
export class GateAsker {
  readonly #options: GateAskerOptions;
  readonly #asked = new Map<string, Map<string, Asked>>();

  constructor(options: GateAskerOptions) {
    this.#options = options;
  }

  /** What is known of the open questions of a key by now. Never blocks, never throws. */
  ask(key: string, questions: readonly GateQuestion[]): GateView[] {
    if (questions.length === 0 && !this.#asked.has(key)) return [];
    const asked = this.#asked.get(key) ?? new Map<string, Asked>();
    this.#asked.set(key, asked);
    const open = new Set(questions.map(({ id }) => id));
    for (const [id, { cancel }] of asked) {
      if (open.has(id)) continue;
      cancel.abort(new QuestionWithdrawn());
      asked.delete(id);
    }
    if (questions.length === 0) this.#asked.delete(key);
    return questions.map((question) => {
      const { id } = question;
      const known = asked.get(id);
      if (!known) asked.set(id, this.#start(key, question));
      return { id, ...(known?.answer && { answer: known.answer }) };
    });
  }

  /** Asks nothing more for the key from here: it is gone, or another process has it now, and goes on with what was begun. */
  forget(key: string): void {
    for (const { cancel } of this.#asked.get(key)?.values() ?? []) cancel.abort(askedElsewhere());
    this.#asked.delete(key);
  }

  /** The end of the program: what is under way is asked again by the next one, under the same id. */
  close(): void {
    for (const key of [...this.#asked.keys()]) this.forget(key);
  }

  #start(key: string, question: GateQuestion): Asked {
    const asked: Asked = { cancel: new AbortController(), answer: undefined };
    void this.#run(question, asked.cancel.signal).then((answer) => {
      if (answer === undefined) return;
      asked.answer = answer;
      this.#options.onAnswer(key);
    });
    return asked;
  }

  async #run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer | undefined> {
    const { runner, logger } = this.#options;
    try {
      const answer = await runner.run(question, signal);
      return signal.aborted ? undefined : answer;
    } catch (error) {
      if (signal.aborted) return undefined;
      // A fault of ours is no fault of the model (law 9).
      logger.error('a gate could not be asked', { gate: question.gate.name, error: errorMessage(error) });
      return {
        kind: 'silent',
        message: 'it could not be asked, for a reason that the controller does not know',
      };
    }
  }
}

const askedElsewhere = () => new Error('the question is asked elsewhere, if at all');
