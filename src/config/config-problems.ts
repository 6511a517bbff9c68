import type { z } from 'zod';
import { unwrap } from './config-options.ts';
import { configSchema } from './config-schema.ts';
import { redact } from './redact.ts';

/** What zod found wrong, in our words: which field, what was found and where, what is accepted. */
export function problemsOf(
  error: z.ZodError,
  values: unknown,
  origins: ReadonlyMap<string, string>,
): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const from = originOf(path, origins);
    if (issue.code === 'unrecognized_keys') {
      const accepted = acceptedKeys(path).join(', ');
      // The value may be a secret in the wrong place: only its name is told.
      return issue.keys.map((key) => `unknown key ${[...path, key].join('.')}${from}; accepted: ${accepted}`);
    }
    return [
      `${path.join('.')}: found ${shown(valueAt(values, path), path)}${from}; accepted: ${accepted(issue, path)}`,
    ];
  });
}

function accepted(issue: z.core.$ZodIssue, path: string[]): string {
  const isMissingObject = issue.code === 'invalid_type' && issue.expected === 'object';
  return isMissingObject ? `settings named ${acceptedKeys(path).join(', ')}` : issue.message;
}

function shown(value: unknown, path: string[]): string {
  if (value === undefined) return 'nothing';
  const name = path.at(-1) ?? '';
  const text = JSON.stringify(redact(value, name));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** The origin of the setting itself, or of the nearest thing around it. */
function originOf(path: string[], origins: ReadonlyMap<string, string>): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const origin = origins.get(path.slice(0, length).join('.'));
    if (origin) return ` (from ${origin})`;
  }
  return '';
}

function acceptedKeys(path: string[]): string[] {
  let schema: z.ZodType = configSchema;
  for (const key of path) {
    const { definition } = unwrap(schema);
    const next = definition.shape?.[key] ?? definition.element;
    if (!next) return [];
    schema = next;
  }
  return Object.keys(unwrap(schema).definition.shape ?? {});
}

function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  );
}
