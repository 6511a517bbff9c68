import type { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** How the text of a flag or variable becomes a value. */
export type OptionType = 'text' | 'integer' | 'number' | 'boolean' | 'duration' | 'list' | 'yaml';

/** One setting that has a flag and a variable of its own. */
export interface ConfigOption {
  /** Its place in the file: `['http', 'port']`. */
  readonly path: readonly string[];
  /** `--http-port` */
  readonly flag: string;
  /** `UNDERSTUDY_HTTP_PORT` */
  readonly variable: string;
  readonly type: OptionType;
  readonly description: string;
  /** Undefined when there is none. */
  readonly defaultValue: unknown;
}

/** What zod keeps of a schema, as far as it is read here. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  element?: z.ZodType;
  defaultValue?: unknown;
}

/** A schema without the wrappers for defaults and absence. */
export interface Unwrapped {
  schema: z.ZodType;
  definition: Definition;
  description: string;
  optional: boolean;
  defaultValue: unknown;
}

export const variablePrefix = 'UNDERSTUDY_';

export function unwrap(schema: z.ZodType): Unwrapped {
  const definition = schema.def as unknown as Definition;
  const description = schema.description ?? '';
  if (!definition.innerType)
    return { schema, definition, description, optional: false, defaultValue: undefined };
  const inner = unwrap(definition.innerType);
  return {
    ...inner,
    description: description || inner.description,
    optional: true,
    // The `{}` of a nested object says only that its own defaults hold.
    defaultValue: definition.type === 'default' ? definition.defaultValue : inner.defaultValue,
  };
}

/** Every setting but those inside `sources`, whose entries can only be given together. */
export function configOptions(): ConfigOption[] {
  return optionsOf(configSchema, []);
}

function optionsOf(schema: z.ZodType, path: string[]): ConfigOption[] {
  const { definition, description, defaultValue, schema: inner } = unwrap(schema);
  if (definition.shape) {
    return Object.entries(definition.shape).flatMap(([key, child]) => optionsOf(child, [...path, key]));
  }
  const words = path.flatMap((key) => key.split(/(?<=[a-z0-9])(?=[A-Z])/));
  return [
    {
      path,
      flag: `--${words.join('-').toLowerCase()}`,
      variable: variablePrefix + words.join('_').toUpperCase(),
      type: typeOf(inner, definition),
      description,
      defaultValue,
    },
  ];
}

export function typeOf(schema: z.ZodType, definition: Definition): OptionType {
  const said = schema.meta()?.['type'];
  if (said === 'duration' || said === 'number') return said;
  if (definition.type === 'number') return 'integer';
  if (definition.type === 'boolean') return 'boolean';
  if (definition.type !== 'array' || !definition.element) return 'text';
  return unwrap(definition.element).definition.shape ? 'yaml' : 'list';
}
