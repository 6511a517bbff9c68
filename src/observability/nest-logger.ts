import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../runtime/logger.ts';

/**
 * Nest's own lines through our logger: its errors and warnings as such, its start-up chatter as debug. Give it to
 * `NestFactory.create({ logger })`.
 */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), fieldsOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), fieldsOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), fieldsOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#logger.warn(textOf(message), fieldsOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#logger.error(textOf(message), fieldsOf(rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#logger.error(textOf(message), fieldsOf(rest));
  }
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}

/** Nest gives the name of the speaker last, and before it the stack of an error. */
function fieldsOf(rest: unknown[]): Record<string, unknown> {
  const context = rest.at(-1);
  const details = rest.slice(0, -1).filter((detail) => detail !== undefined);
  return {
    ...(typeof context === 'string' ? { context } : {}),
    ...(details.length > 0 ? { details } : {}),
  };
}
