import { readFile } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import { problemsOf } from './config-problems.ts';
import { configSchema, toControllerConfig, toWrittenConfig } from './config-schema.ts';
import { mergeGiven, readConfigFile, readFlags, readVariables, type GivenConfig } from './config-sources.ts';
import type { ControllerConfig } from './controller-config.ts';
import { redact } from './redact.ts';

export interface ConfigInput {
  /** The arguments after the program's name. */
  argv: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text; the file system's own when absent. */
  read?: (path: string) => Promise<string>;
}

export interface LoadedConfig {
  config: ControllerConfig;
  /** `--print-config` was given. */
  printConfig: boolean;
}

/**
 * The effective configuration: flags over variables over file over defaults.
 *
 * Errors: `ConfigError`, which names every problem at once. An unknown key, flag or variable is one: a misspelled
 * setting must not silently mean its default.
 */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const read = input.read ?? ((path: string) => readFile(path, 'utf8'));
  const parseYaml = await yamlParser(input);
  const flags = readFlags(input.argv, parseYaml);
  const variables = readVariables(input.environment, parseYaml);
  const path = flags.file ?? variables.file;
  const file = path === undefined ? undefined : await readOrExplain(path, read, parseYaml);
  const given = mergeGiven(...(file ? [file] : []), variables, flags);
  const checked = configSchema.safeParse(given.values);
  const problems = [
    ...given.problems,
    ...(checked.success ? [] : problemsOf(checked.error, given.values, given.origins)),
  ];
  if (!checked.success || problems.length > 0) throw new ConfigError(problems);
  return { config: toControllerConfig(checked.data), printConfig: flags.printConfig };
}

/** Whether `--help` is among the arguments: asked before anything is read or checked. */
export const wantsHelp = (argv: readonly string[]): boolean => argv.includes('--help');

/** The effective configuration as YAML that is itself a valid configuration file, without secrets. */
export async function printConfig(config: ControllerConfig): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(redact(toWrittenConfig(config)));
}

async function readOrExplain(
  path: string,
  read: (path: string) => Promise<string>,
  parseYaml: (text: string) => unknown,
): Promise<GivenConfig> {
  try {
    return readConfigFile(await read(path), path, parseYaml);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      values: {},
      origins: new Map(),
      problems: [`the configuration file ${path} cannot be read: ${why}`],
    };
  }
}

/** The YAML parser, loaded only when something may have to be parsed: it costs 8 MB. */
async function yamlParser({ argv, environment }: ConfigInput): Promise<(text: string) => unknown> {
  const mayNeed =
    ['CONFIG', 'SOURCES', 'NOTIFICATIONS_TARGETS'].some((name) => environment[`UNDERSTUDY_${name}`]) ||
    argv.some((argument) => /^--(config|sources|notifications-targets)(=|$)/.test(argument));
  if (!mayNeed) return JSON.parse;
  const { parse } = await import('yaml');
  return (text) => parse(text) as unknown;
}
