import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseError } from './query-errors.ts';

/** A node of a query with its text. */
export class Syntax {
  readonly #node: SyntaxNode;
  readonly #query: string;

  private constructor(node: SyntaxNode, query: string) {
    this.#node = node;
    this.#query = query;
  }

  /** Throws `MetricsError` of kind `badQuery` for what is no PromQL. */
  static of(query: string): Syntax {
    const tree = parser.parse(query);
    const cursor = tree.cursor();
    do {
      if (cursor.type.isError) {
        throw parseError(
          `unexpected ${JSON.stringify(query.slice(cursor.from, cursor.from + 20))} at ${cursor.from}`,
        );
      }
    } while (cursor.next());
    // What has no error is one expression.
    return new Syntax(tree.topNode.firstChild!, query);
  }

  get name(): string {
    return this.#node.name;
  }

  get text(): string {
    return this.#query.slice(this.#node.from, this.#node.to);
  }

  get children(): Syntax[] {
    const children: Syntax[] = [];
    for (let child = this.#node.firstChild; child; child = child.nextSibling) {
      children.push(new Syntax(child, this.#query));
    }
    return children;
  }

  child(...names: string[]): Syntax | undefined {
    return this.children.find(({ name }) => names.includes(name));
  }

  /** All nodes of a name, this one too, however deep. */
  all(name: string): Syntax[] {
    return [...(this.name === name ? [this] : []), ...this.children.flatMap((child) => child.all(name))];
  }
}

const unitsMs: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration such as `1h30m`, or seconds; in milliseconds. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitsMs[unit!]!, 0);
  }
  return numberOf(text) * 1_000;
}

/** A number as PromQL writes it; a duration stands for its seconds. */
export function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain === 'inf' || plain === '+inf') return Infinity;
  if (plain === 'nan') return NaN;
  const value = Number(plain);
  return Number.isNaN(value) ? durationMs(text) / 1_000 : value;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** What a string literal says. A raw one, between backticks, says what it looks like. */
export function stringOf(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replaceAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) =>
    /^[xu]./.test(escaped)
      ? String.fromCodePoint(parseInt(escaped.slice(1), 16))
      : (escapes[escaped] ?? escaped),
  );
}
