import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { InvalidDurationError, parseDuration } from '../api/duration-text.ts';
import { UsageError } from './usage-error.ts';

/** Reads the flags of a command that takes no arguments beside them. Throws `UsageError` for one that it does not have. */
export const parseFlags = <Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
) => parseCommand(argv, options, false).values;

/** Reads the flags of a command, and what stands beside them. Throws `UsageError` for a flag that it does not have. */
export function parseCommand<Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
  allowPositionals = true,
) {
  try {
    return parseArgs({ args: [...argv], options, strict: true as const, allowPositionals });
  } catch (error) {
    // parseArgs says in its first sentence what is wrong; the rest is about positional arguments.
    throw new UsageError(String(error instanceof Error ? error.message : error).split('. ')[0], {
      cause: error,
    });
  }
}

/** What the work gives; an error of one of these kinds is a `UsageError` that names the flag. */
export function usable<T>(
  flag: string,
  work: () => T,
  kinds: readonly (new (...args: never[]) => Error)[] = [InvalidDurationError],
): T {
  try {
    return work();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
    throw new UsageError(`${flag}: ${(error as Error).message}`, { cause: error });
  }
}

/** Milliseconds of a flag that holds a duration, where it is given. */
export const durationFlag = (flag: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : usable(flag, () => parseDuration(text));
