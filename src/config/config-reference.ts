import type { z } from 'zod';
import { configOptions, typeOf, unwrap, type OptionType } from './config-options.ts';
import { configSchema } from './config-schema.ts';

const typeNames: Record<OptionType, string> = {
  text: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  duration: 'duration',
  list: 'list',
  yaml: 'list',
};

/** The table of settings of docs/configuration.md, made from the schema. */
export function settingsTable(): string {
  const flags = new Map(configOptions().map((option) => [option.path.join('.'), option]));
  const rows = fieldsOf(configSchema, '').map(({ path, type, description, defaultValue, required }) => {
    const option = flags.get(path);
    const names = option ? `\`${option.flag}\`<br>\`${option.variable}\`` : '';
    const fallback = required
      ? 'required'
      : defaultValue === undefined
        ? ''
        : `\`${JSON.stringify(defaultValue)}\``;
    return `| \`${path}\` | ${typeNames[type]} | ${fallback} | ${names} | ${description} |`;
  });
  return [
    '| key | type | default | flag, variable | what it is |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** One line for each flag, for `--help`. */
export function settingsHelp(): string {
  const width = Math.max(...configOptions().map(({ flag }) => flag.length));
  const lines = configOptions().map(({ flag, description, defaultValue }) => {
    const fallback = defaultValue === undefined ? '' : ` (default ${JSON.stringify(defaultValue)})`;
    return `  ${flag.padEnd(width)}  ${description}${fallback}`;
  });
  const general = [
    ['--config', 'A YAML file with these settings (also UNDERSTUDY_CONFIG).'],
    ['--print-config', 'Print the effective configuration, without secrets, and end.'],
    ['--help', 'Print this and end.'],
  ].map(([flag, description]) => `  ${flag!.padEnd(width)}  ${description}`);
  return [...general, ...lines].join('\n');
}

interface Field {
  path: string;
  type: OptionType;
  description: string;
  defaultValue: unknown;
  required: boolean;
}

/** Every key, those of a source too, in the order of the schema. */
export function fieldsOf(schema: z.ZodType, path: string): Field[] {
  const { definition, description, defaultValue, optional, schema: inner } = unwrap(schema);
  const children = (shape: Record<string, z.ZodType>, prefix: string) =>
    Object.entries(shape).flatMap(([key, child]) => fieldsOf(child, prefix ? `${prefix}.${key}` : key));
  if (definition.shape) return children(definition.shape, path);
  const field: Field = {
    path,
    type: typeOf(inner, definition),
    description,
    defaultValue,
    required: !optional,
  };
  if (field.type !== 'yaml') return [field];
  return [field, ...children(unwrap(definition.element!).definition.shape!, `${path}[]`)];
}
