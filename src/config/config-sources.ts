import { configOptions, variablePrefix, type ConfigOption } from './config-options.ts';

/** Values as one source gives them, in the shape of the file, before they are checked. */
export interface GivenConfig {
  values: Record<string, unknown>;
  /** Where each setting came from, by its path: `http.port` -> `--http-port`. */
  origins: Map<string, string>;
  problems: string[];
}

/** What the command line says beside the settings. */
export interface GivenFlags extends GivenConfig {
  /** `--config`: the file to read. */
  file: string | undefined;
  /** `--print-config`: show the effective configuration and end. */
  printConfig: boolean;
  /** `--help` */
  help: boolean;
}

/** Reads YAML; passed in, so that the parser is loaded only when there is something to parse. */
export type ParseYaml = (text: string) => unknown;

/** Variables of tools/local-cluster, which a controller inherits that is started inside such a cluster. */
const toolVariables = new Set(
  [
    'CLUSTER',
    'CONTOUR',
    'CONTOUR_CRDS',
    'ENVOY',
    'GATEWAY_API_CRDS',
    'HELM',
    'KUBECTL',
    'KWOK',
    'PROMETHEUS',
    'PROMETHEUS_OPERATOR_CRDS',
    'PROMTOOL',
  ].map((name) => variablePrefix + name),
);

const generalFlags = ['--config', '--print-config', '--help'];

/** Reads `--name value`, `--name=value`, and `--name` alone for what is true or false. */
export function readFlags(argv: readonly string[], parseYaml: ParseYaml): GivenFlags {
  const options = new Map(configOptions().map((option) => [option.flag, option]));
  const given: GivenFlags = { ...nothing(), file: undefined, printConfig: false, help: false };
  const rest = [...argv];
  while (rest.length > 0) {
    const argument = rest.shift()!;
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const option = options.get(name);
    if (!option && !generalFlags.includes(name)) {
      const accepted = [...options.keys(), ...generalFlags].join(', ');
      given.problems.push(`unknown argument ${name}; accepted: ${accepted}`);
      // What follows may be its value.
      if (equals < 0 && rest[0] !== undefined && !rest[0].startsWith('--')) rest.shift();
      continue;
    }
    const needsValue = option ? option.type !== 'boolean' : name === '--config';
    const followed = needsValue && rest[0] !== undefined && !rest[0].startsWith('--');
    const value = equals >= 0 ? argument.slice(equals + 1) : followed ? rest.shift()! : undefined;
    if (needsValue && value === undefined) given.problems.push(`${name}: found nothing; accepted: a value`);
    else if (name === '--config') given.file = value;
    else if (name === '--print-config') given.printConfig = true;
    else if (name === '--help') given.help = true;
    else give(given, option!, value ?? 'true', name, parseYaml);
  }
  return given;
}

/** Reads the variables that begin with `UNDERSTUDY_`; an empty one counts as absent. */
export function readVariables(
  environment: Readonly<Record<string, string | undefined>>,
  parseYaml: ParseYaml,
): GivenConfig & { file: string | undefined } {
  const options = new Map(configOptions().map((option) => [option.variable, option]));
  const fileVariable = `${variablePrefix}CONFIG`;
  const given = { ...nothing(), file: environment[fileVariable] || undefined };
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(variablePrefix) || name === fileVariable || !value) continue;
    if (toolVariables.has(name) || isServiceLink(name, value)) continue;
    const option = options.get(name);
    if (option) give(given, option, value, name, parseYaml);
    else {
      const accepted = [...options.keys(), fileVariable].join(', ');
      given.problems.push(`unknown variable ${name}; accepted: ${accepted}`);
    }
  }
  return given;
}

/** Takes over what a file's text says. */
export function readConfigFile(text: string, origin: string, parseYaml: ParseYaml): GivenConfig {
  const given = nothing();
  let values: unknown;
  try {
    values = parseYaml(text);
  } catch (error) {
    given.problems.push(`${origin} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
    return given;
  }
  if (isObject(values)) {
    given.values = values;
    given.origins.set('', origin);
  } else if (values !== null && values !== undefined) {
    given.problems.push(`${origin}: found ${JSON.stringify(values)}; accepted: settings by name`);
  }
  return given;
}

/** Joins sources, the most important last. A whole list counts as one setting. */
export function mergeGiven(...sources: GivenConfig[]): GivenConfig {
  const merged = nothing();
  for (const { values, origins, problems } of sources) {
    merged.values = mergeValues(merged.values, values) as Record<string, unknown>;
    for (const [path, origin] of origins) merged.origins.set(path, origin);
    merged.problems.push(...problems);
  }
  return merged;
}

function mergeValues(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isObject(over)) return over;
  // What is no object where one is needed stays, so that the check can complain about it.
  if (under !== undefined && !isObject(under)) return under;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = mergeValues(merged[key], value);
  return merged;
}

function give(given: GivenConfig, option: ConfigOption, text: string, origin: string, parseYaml: ParseYaml) {
  let value: unknown;
  try {
    value = valueOf(option, text, parseYaml);
  } catch {
    given.problems.push(
      `${origin}: found a text that is no YAML; accepted: ${option.path.join('.')} as YAML or JSON`,
    );
    return;
  }
  const tree = option.path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  given.values = mergeValues(given.values, tree) as Record<string, unknown>;
  given.origins.set(option.path.join('.'), origin);
}

/** A text that does not fit stays a text: the check says what was found. */
function valueOf(option: ConfigOption, text: string, parseYaml: ParseYaml): unknown {
  switch (option.type) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'number':
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'yaml':
      return parseYaml(text);
    default:
      return text;
  }
}

/**
 * Kubernetes gives each pod variables for each Service of its namespace. A Service `understudy` makes
 * UNDERSTUDY_SERVICE_HOST and UNDERSTUDY_PORT_8080_TCP; one called `understudy-http` even makes UNDERSTUDY_HTTP_PORT,
 * which is ours, with `tcp://10.96.0.7:80` in it.
 */
function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$/.test(name)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}

function nothing(): GivenConfig {
  return { values: {}, origins: new Map(), problems: [] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
