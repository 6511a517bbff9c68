import MiniSearch from 'minisearch';

/** One place of the documentation; the shape that `tools/docs-site/build-pages.ts` writes. */
export interface SearchEntry {
  at: string;
  page: string;
  heading: string;
  text: string;
}

export interface Found extends SearchEntry {
  /** Words of the page that fit what was asked for. */
  terms: string[];
}

/** Finds places by words, by their beginnings, and with one slip in a longer word. */
export class Search {
  readonly #entries: readonly SearchEntry[];
  readonly #index: MiniSearch;

  constructor(entries: readonly SearchEntry[]) {
    this.#entries = entries;
    this.#index = new MiniSearch({
      fields: ['heading', 'page', 'text'],
      searchOptions: {
        boost: { heading: 4, page: 2 },
        // What was written comes before what was perhaps meant.
        weights: { prefix: 0.4, fuzzy: 0.05 },
        // A field of a field is asked for less often than one that stands above it, and a file to copy less often than a page.
        boostDocument: (id) => {
          const { at, heading } = this.#entries[id as number]!;
          return (at.includes('.yaml') ? 0.4 : 1) / (1 + heading.split('.').length / 6);
        },
        prefix: true,
        fuzzy: (term) => (term.length > 4 ? 0.2 : false),
        combineWith: 'AND',
      },
    });
    this.#index.addAll(entries.map((entry, id) => ({ id, ...entry })));
  }

  find(words: string, most: number): Found[] {
    return this.#index
      .search(words)
      .slice(0, most)
      .map(({ id, terms }) => ({ ...this.#entries[id as number]!, terms }));
  }
}

/** The text around the first of these words, in pieces: the words themselves are marked. */
export function excerpt(
  text: string,
  terms: readonly string[],
  length = 150,
): { text: string; isMarked: boolean }[] {
  const escaped = [...terms]
    .sort((one, other) => other.length - one.length)
    .map((term) => term.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(${escaped.join('|')})`, 'gi');
  const first = escaped.length === 0 ? -1 : text.search(pattern);
  const start = first < 40 ? 0 : text.indexOf(' ', first - 40) + 1;
  const cut = text.slice(start, start + length);
  const shown = `${start > 0 ? '… ' : ''}${cut}${start + length < text.length ? ' …' : ''}`;
  if (escaped.length === 0) return [{ text: shown, isMarked: false }];
  // Splitting by a group gives what is between, and each match, in turns.
  return shown.split(pattern).map((part, index) => ({ text: part, isMarked: index % 2 === 1 }));
}
