import type { SchemaNode } from './schema-node.ts';

/** One line of the table of fields on a reference page. */
export interface FieldRow {
  /** Path from the root of the object, such as `spec.strategy.canary.steps[].weight`. */
  path: string;
  type: string;
  required: boolean;
  default: string;
  meaning: string;
}

/** Every field below a node, in the order of the schema. */
export function fieldRows(node: SchemaNode, path: string): FieldRow[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const childPath = `${path}.${name}`;
    return [rowOf(child, childPath, node.required.includes(name)), ...rowsBelow(child, childPath)];
  });
}

function rowsBelow(node: SchemaNode, path: string): FieldRow[] {
  if (node.items) return fieldRows(node.items, `${path}[]`);
  if (node.values) return fieldRows(node.values, `${path}.*`);
  return fieldRows(node, path);
}

const defaultInWords = /\s*Default: (.+?)\.(?=\s|$)/;

function rowOf(node: SchemaNode, path: string, required: boolean): FieldRow {
  const stated = defaultInWords.exec(node.description)?.[1] ?? '';
  const stored = node.kubernetes.default;
  return {
    path,
    type: typeInWords(node),
    required,
    default: stored === undefined ? stated : `\`${String(stored)}\``,
    meaning: node.description.replace(defaultInWords, '').trim() + boundsInWords(node),
  };
}

function typeInWords(node: SchemaNode): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.kubernetes.shownAs) return node.kubernetes.shownAs;
  if (node.kubernetes.format === 'date-time') return 'time';
  switch (node.type) {
    case 'array':
      return `list of ${plural(node.items!)}`;
    case 'object':
      return node.values ? `map of ${plural(node.values)}` : 'object';
    case 'intOrString':
      return 'integer or string';
    default:
      return node.type;
  }
}

const plural = (node: SchemaNode) => `${typeInWords(node)}s`;

/** Bounds of numbers and lists; those of strings are long and seldom met. */
function boundsInWords({
  bounds: { minimum, maximum, minItems, maxItems },
  description,
}: SchemaNode): string {
  const between = (from: number | undefined, to: number | undefined, what: string) => {
    if (from !== undefined && to !== undefined) return ` ${from} to ${to}${what}.`;
    if (from !== undefined && from !== 0) return ` At least ${from}${what}.`;
    return to === undefined ? '' : ` At most ${to}${what}.`;
  };
  const alreadySaid = maximum !== undefined && new RegExp(`\\b${minimum} to ${maximum}\\b`).test(description);
  return (alreadySaid ? '' : between(minimum, maximum, '')) + between(minItems, maxItems, ' items');
}

/** The rows as a Markdown table. */
export function markdownTable(rows: FieldRow[]): string {
  return table(
    ['field', 'type', 'default', 'meaning'],
    rows.map((row) => [`\`${row.path}\``, row.type, row.required ? '*required*' : row.default, row.meaning]),
  );
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
