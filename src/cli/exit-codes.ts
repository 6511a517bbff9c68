/** What a command ends with, for scripts. */
export const exitCodes = {
  /** What was asked for was done. */
  done: 0,
  /** A fault of ours. */
  broken: 1,
  /** The opposite of what was asked for happened, or it was refused. */
  opposite: 1,
  /** What was waited for did not happen. */
  notEnded: 2,
  /** The command line, a file or the cluster cannot be used. */
  usage: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
