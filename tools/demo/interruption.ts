import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The user, or whoever runs the demo, wants it to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** As a shell gives it: 128 and the number of the signal; 130 for Ctrl-C. */
  readonly exitCode: number;

  constructor(signal: (typeof signals)[number]) {
    super(`ended by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Turns the first Ctrl-C into an abort, so that everything is cleaned up. A second one ends the process at once: what the
 * local cluster started ends with it all the same. `onInterrupt` tells the user.
 */
export function abortOnSignals(abort: AbortController, onInterrupt: () => void): void {
  for (const signal of signals) {
    process.on(signal, () => {
      const interrupted = new Interrupted(signal);
      if (abort.signal.aborted) process.exit(interrupted.exitCode);
      onInterrupt();
      abort.abort(interrupted);
    });
  }
}
