import { pathToFileURL } from 'node:url';
import { modelFile } from '../model/model-file.ts';

/** How one server runs. Everything comes from the environment; see the table in the README. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly modelFile: URL;
  /** What the server calls its model, where that differs from what the model's file says. */
  readonly modelName: string | undefined;
  readonly modelVersion: string | undefined;
  /** The pod that answers, for the header `x-pod-name`. */
  readonly podName: string | undefined;
  /** After SIGTERM the server is not ready but goes on serving for this long. */
  readonly terminationDrainMs: number;
  readonly faults: Faults;
}

/** Trouble on purpose, for experiments and tests. */
export interface Faults {
  /** Added to each inference. */
  readonly latencyMs: number;
  /** The share of inferences, from 0 to 1, that are answered by a 500. */
  readonly errorRate: number;
  /** The process ends at once, without an answer, when this inference request arrives. 0: never. */
  readonly crashAfterRequests: number;
}

/** A variable that cannot be understood. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the configuration; throws `ConfigError` naming the variable, what it holds, and what it may hold. */
export function readConfig(env: Environment): ServerConfig {
  // An empty variable counts as unset: that is what `value: ""` in a pod template means to its author.
  const text = (name: string) => env[name] || undefined;
  const number = (name: string, fallback: number, highest: number, whole: boolean) => {
    const found = text(name);
    if (found === undefined) return fallback;
    const value = Number(found);
    if (!(value >= 0 && value <= highest) || (whole && !Number.isInteger(value))) {
      const kind = whole ? 'a whole number' : 'a number';
      throw new ConfigError(`${name}: found "${found}", accepted ${kind} from 0 to ${highest}`);
    }
    return value;
  };
  const identifier = (name: string) => {
    const found = text(name);
    if (found !== undefined && !/^[A-Za-z0-9._-]{1,63}$/.test(found)) {
      throw new ConfigError(`${name}: found "${found}", accepted 1 to 63 letters, digits, ".", "_" or "-"`);
    }
    return found;
  };
  const modelName = identifier('MODEL_NAME');
  const modelVersion = identifier('MODEL_VERSION');
  const path = text('MODEL_PATH');
  return {
    host: text('HOST') ?? text('POD_IP') ?? '0.0.0.0',
    port: number('PORT', 8080, 65_535, true),
    modelFile: path ? pathToFileURL(path) : modelFile(modelName ?? 'digits', modelVersion ?? '1'),
    modelName,
    modelVersion,
    podName: identifier('POD_NAME'),
    terminationDrainMs: number('TERMINATION_DRAIN_MS', 3_000, 600_000, true),
    faults: {
      latencyMs: number('LATENCY_MS', 0, 600_000, true),
      errorRate: number('ERROR_RATE', 0, 1, false),
      crashAfterRequests: number('CRASH_AFTER_REQUESTS', 0, 1e9, true),
    },
  };
}
