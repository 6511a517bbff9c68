import type { Arms } from './preset.ts';
import type { NamedMeasures } from './presets/named-measure.ts';
import { type NamedKind, namedKinds } from './presets/preset-data.ts';

/** A query names a variable that does not exist, or leaves one open. */
export class QueryTemplateError extends Error {
  override readonly name = 'QueryTemplateError';
  readonly reason = 'InvalidQuery';
}

/** What a query's variables stand for. */
export interface QueryScope extends Arms {
  /** How far the query looks back, in milliseconds. */
  windowMs?: number;
  /** What model servers measure, by kind. */
  measures?: NamedMeasures;
}

const defaultWindowMs = 60_000;

const values: Record<string, (scope: QueryScope) => string> = {
  'candidate.revision': (arms) => arms.candidate.revision,
  'stable.revision': (arms) => arms.stable.revision,
  namespace: (arms) => arms.namespace,
  name: (arms) => arms.name,
  window: ({ windowMs = defaultWindowMs }) => `${windowMs}ms`,
};

/** Variables that stand for a whole expression, and not for text in a string. */
const expressions = new Map<string, NamedKind>(
  (Object.keys(namedKinds) as NamedKind[]).map((kind) => [`measure.${kind}`, kind]),
);

/** What may stand between `{{` and `}}`. */
export const templateVariables = [...Object.keys(values), ...expressions.keys()];

/** The query with its variables replaced. Throws `QueryTemplateError` for one that does not exist. */
export function renderQuery(template: string, scope: QueryScope): string {
  let rendered = '';
  let rest = template;
  for (;;) {
    const start = rest.indexOf('{{');
    if (start < 0) return rendered + rest;
    const end = rest.indexOf('}}', start);
    if (end < 0)
      throw new QueryTemplateError(`the query opens "{{" and never closes it: ${JSON.stringify(template)}`);
    const variable = rest.slice(start + 2, end).trim();
    const kind = expressions.get(variable);
    const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
    if (!kind && !value) {
      const accepted = templateVariables.map((name) => `{{ ${name} }}`).join(', ');
      throw new QueryTemplateError(
        `the query names {{ ${variable} }}, which does not exist; accepted: ${accepted}`,
      );
    }
    rendered += rest.slice(0, start) + (kind ? measure(kind, scope) : escapeForString(value!(scope)));
    rest = rest.slice(end + 2);
  }
}

function measure(kind: NamedKind, { measures, windowMs = defaultWindowMs, ...arms }: QueryScope): string {
  const expression = measures?.(kind, arms, windowMs);
  if (expression !== undefined) return expression;
  throw new QueryTemplateError(`the query names {{ measure.${kind} }}, which the model server does not have`);
}

/**
 * A value as it may stand inside any PromQL string: nothing in it can end the string. Quotes are escaped by their numbers, for PromQL
 * refuses `\'` between double quotes. In a raw string (between backticks) the escapes are taken literally, and match nothing.
 */
export function escapeForString(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\x22')
    .replaceAll("'", '\\x27')
    .replaceAll('`', '\\x60')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
