import { createHash } from 'node:crypto';
import type { Person } from '../people/person.ts';
import { seenNamespaces } from '../people/sight.ts';
import type { ListAnswer } from '../schemas.ts';
import type { Board, BoardChange } from './board.ts';
import type { EventSink } from './event-sink.ts';
import type { Telling } from './stream.ts';

/** The list as one person sees it. */
export async function listFor(
  board: Board,
  person: Person,
  namespace: string | undefined,
): Promise<ListAnswer> {
  const seen = await seenNamespaces(person, namespacesOf(board, namespace));
  return { ...board.state(), rows: board.rows().filter((row) => seen.has(row.namespace)) };
}

const namespacesOf = (board: Board, only: string | undefined): string[] =>
  board.namespaces().filter((namespace) => only === undefined || namespace === only);

/** Tells one person of the list: rows of the namespaces that they may see, which is asked again at every heartbeat. */
export class ListTelling implements Telling {
  readonly #board: Board;
  readonly #person: Person;
  readonly #namespace: string | undefined;
  #seen = new Set<string>();
  #asked = new Set<string>();
  #stale: string | undefined;
  #sink: EventSink | undefined;

  constructor(board: Board, person: Person, namespace: string | undefined) {
    this.#board = board;
    this.#person = person;
    this.#namespace = namespace;
  }

  /** Also where rights have changed: what may not be seen any more is taken away by a new snapshot. */
  async check(): Promise<void> {
    const namespaces = namespacesOf(this.#board, this.#namespace);
    const seen = await seenNamespaces(this.#person, namespaces);
    const isSame = seen.size === this.#seen.size && [...seen].every((one) => this.#seen.has(one));
    this.#asked = new Set(namespaces);
    this.#seen = seen;
    if (!isSame && this.#sink) this.snapshot(this.#sink);
  }

  snapshot(sink: EventSink): void {
    const state = this.#board.state();
    this.#stale = JSON.stringify(state.stale);
    const rows = this.#board.rows().filter(({ namespace }) => this.#seen.has(namespace));
    sink.send('snapshot', { ...state, rows }, this.#id());
  }

  begin(sink: EventSink, lastEventId: string | undefined): () => void {
    this.#sink = sink;
    const changes = this.#missed(lastEventId);
    if (changes) this.#tell(sink, changes);
    else this.snapshot(sink);
    return this.#board.onRows((news) => {
      // A namespace that is new to the board is asked about at once.
      if (news.some(({ row }) => row && !this.#asked.has(row.namespace) && this.#isWanted(row.namespace)))
        this.check().catch(() => undefined);
      this.#tell(sink, news);
    });
  }

  beat(sink: EventSink): boolean {
    const { serverTime, stale } = this.#board.state();
    if (JSON.stringify(stale) === this.#stale) return false;
    this.#stale = JSON.stringify(stale);
    sink.send('delta', { serverTime, rows: [], removed: [], stale: stale ?? null }, this.#id());
    return true;
  }

  #tell(sink: EventSink, changes: readonly BoardChange[]): void {
    const latest = new Map(changes.map((change) => [change.key, change]));
    const mine = [...latest.values()].filter(({ key }) => this.#seen.has(key.slice(0, key.indexOf('/'))));
    if (mine.length === 0) return;
    const { serverTime } = this.#board.state();
    const rows = mine.flatMap(({ row }) => row ?? []);
    const removed = mine.flatMap(({ key, row }) => (row ? [] : [key]));
    sink.send('delta', { serverTime, rows, removed }, this.#id());
  }

  #isWanted(namespace: string): boolean {
    return this.#namespace === undefined || this.#namespace === namespace;
  }

  /** What came since an id; undefined where it is not ours, too old, or of other rights. */
  #missed(lastEventId: string | undefined): BoardChange[] | undefined {
    const [epoch, number, sight] = (lastEventId ?? '').split('.');
    if (epoch !== this.#board.epoch || sight !== this.#sight() || !/^\d+$/.test(number ?? ''))
      return undefined;
    return this.#board.since(Number(number));
  }

  #id(): string {
    return `${this.#board.epoch}.${this.#board.number}.${this.#sight()}`;
  }

  /** What one sees, in short: who sees something else has to begin anew. */
  #sight(): string {
    const text = JSON.stringify([this.#namespace, [...this.#seen].sort()]);
    return createHash('sha256').update(text).digest('base64url').slice(0, 12);
  }
}
