import {
  destination as openDestination,
  pino,
  stdSerializers,
  stdTimeFunctions,
  type DestinationStream,
  type Logger as Pino,
} from 'pino';
import { Logger, type LogFields } from '../runtime/logger.ts';
import { currentReconcile } from '../runtime/reconcile-context.ts';
import { prettyStream } from './pretty-stream.ts';

export interface LoggingOptions {
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  level: string;
  /** `json`: one object a line. `pretty`: for people. */
  format: 'json' | 'pretty';
  /** Where the lines go; standard output when absent. */
  destination?: DestinationStream;
}

/** Fields that hold credentials, wherever a caller puts them by mistake. */
const secretFields = ['authorization', 'password', 'token', 'bearerToken'];
const redactedPaths = secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * Makes the process's logger: structured lines, each with the `key` and `reconcileId` of the pass that it belongs to.
 * Lines are written synchronously, so that the last one before a crash is there.
 */
export function createLogger(options: LoggingOptions): PinoLogger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.err },
    redact: { paths: redactedPaths, censor: '***' },
    mixin: () => {
      const { key, reconcileId } = currentReconcile() ?? {};
      return { ...(key !== undefined && { key, reconcileId }) };
    },
  };
  const destination = options.destination ?? openDestination({ fd: 1, sync: true });
  return new PinoLogger(
    pino(settings, options.format === 'pretty' ? prettyStream(destination) : destination),
  );
}

/** The logger of the machinery over pino. */
export class PinoLogger extends Logger {
  readonly #pino: Pino;

  constructor(logger: Pino) {
    super();
    this.#pino = logger;
  }

  /** A logger whose lines also carry these fields, such as the component's name. */
  child(fields: LogFields): PinoLogger {
    return new PinoLogger(this.#pino.child(fields));
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#pino.debug(fields, message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#pino.info(fields, message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#pino.warn(fields, message);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#pino.error(fields, message);
  }
}
