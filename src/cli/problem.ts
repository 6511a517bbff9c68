import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Something that a person has to mend: what it is, what to do next, and what the command ends with. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** A sentence each. */
  readonly next: readonly string[];
  readonly exitCode: ExitCode;

  constructor(
    message: string,
    next: readonly string[],
    { exitCode = exitCodes.usage, cause }: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.next = next;
    this.exitCode = exitCode;
  }
}
