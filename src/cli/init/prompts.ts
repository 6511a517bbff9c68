import input from '@inquirer/input';
import select from '@inquirer/select';
import { Problem } from '../problem.ts';
import type { Questions } from './questions.ts';

/** The streams of a person's terminal. Questions go where the manifest does not. */
export interface PromptStreams {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

/** Asks on a terminal: arrow keys and Enter, and text with its default. Ctrl-C is a `Problem`: nothing was written. */
export const promptsOn = (streams: PromptStreams): Questions => ({
  choose: (message, answers, preset) =>
    orStopped(() => select({ message, choices: [...answers], default: preset, loop: false }, streams)),
  text: (message, preset, fault) =>
    orStopped(() =>
      input({ message, default: preset, validate: (text) => fault(text.trim()) ?? true }, streams).then(
        (text) => text.trim(),
      ),
    ),
});

async function orStopped<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new Problem('stopped: nothing was written', [], { cause: error });
  }
}
