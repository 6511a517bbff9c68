export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the machinery writes what a person may want to read. A port: the adapter (pino) adds key and reconcile id
 * from `reconcile-context.ts`. Assumption: logging does not throw.
 */
export abstract class Logger {
  abstract debug(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  abstract error(message: string, fields?: LogFields): void;
}

/** An error as a log field: its message, or the thing itself as text when somebody threw something else. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
