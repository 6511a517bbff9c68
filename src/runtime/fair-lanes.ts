/** How urgent work is, the most urgent first. */
export const lanes = ['urgent', 'normal', 'background'] as const;
export type Lane = (typeof lanes)[number];

/** So many takes may pass a lane by in which something waits; the next one is from it. */
export const mostPassedBy = 8;

interface Entry<T> {
  key: string;
  lane: Lane;
  value: T;
  /** It was moved to another lane. */
  gone: boolean;
}

/** What waits in one lane: groups take turns, and within a group the first come is the first served. */
interface LaneState<T> {
  groups: Map<string, Entry<T>[]>;
  /** Takes from more urgent lanes since something waits here, or since the last take from here. */
  passedBy: number;
}

/**
 * Keys that wait, each once, with what is known of each.
 *
 * The more urgent lane is served first, so that a rollback overtakes a resync; within a lane the groups (namespaces) take turns, so that a
 * thousand keys of one keep nobody else waiting (law 17). Guarantees: with nothing but one lane and one group it is first come, first
 * served; a lane in which something waits is passed by at most `mostPassedBy` times in a row by each more urgent one, so that nothing waits for
 * ever; a key that becomes more urgent while it waits moves, and keeps what was known of it.
 */
export class FairLanes<T> {
  readonly #groupOf: (key: string) => string;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #lanes: Record<Lane, LaneState<T>>;

  constructor(groupOf: (key: string) => string) {
    this.#groupOf = groupOf;
    const empty = (): LaneState<T> => ({ groups: new Map(), passedBy: 0 });
    this.#lanes = { urgent: empty(), normal: empty(), background: empty() };
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Appends a key; one that waits already only becomes more urgent, if it does. True when it did not wait before. */
  add(key: string, lane: Lane, value: T): boolean {
    const known = this.#entries.get(key);
    if (known && lanes.indexOf(known.lane) <= lanes.indexOf(lane)) return false;
    if (known) known.gone = true;
    this.#append({ key, lane, value: known?.value ?? value, gone: false });
    return known === undefined;
  }

  /** The next key, with what is known of it, and the lane in which it waited. */
  take(): [key: string, value: T, lane: Lane] | undefined {
    const lane = this.#nextLane();
    if (lane === undefined) return undefined;
    const { groups } = this.#lanes[lane];
    const [group, waiting] = groups.entries().next().value!;
    // It is there: what is left of a group begins with one that waits.
    const { key, value } = waiting.shift()!;
    dropGone(waiting);
    groups.delete(group);
    if (waiting.length > 0) groups.set(group, waiting);
    this.#entries.delete(key);
    this.#countPassed(lane);
    return [key, value, lane];
  }

  clear(): void {
    this.#entries.clear();
    for (const lane of lanes) this.#lanes[lane] = { groups: new Map(), passedBy: 0 };
  }

  /** What is known of the key that began to wait first. */
  get oldest(): T | undefined {
    // A key that moves to another lane keeps its place in this map.
    return this.#entries.values().next().value?.value;
  }

  #append(entry: Entry<T>): void {
    const previous = this.#entries.get(entry.key);
    this.#entries.set(entry.key, entry);
    if (previous) this.#dropFrom(previous);
    const { groups } = this.#lanes[entry.lane];
    const group = this.#groupOf(entry.key);
    const waiting = groups.get(group);
    if (waiting) waiting.push(entry);
    else groups.set(group, [entry]);
  }

  /** Only what stands at the head must go at once; the rest is stepped over when it gets there. */
  #dropFrom({ key, lane }: Entry<T>): void {
    const { groups } = this.#lanes[lane];
    const group = this.#groupOf(key);
    const waiting = groups.get(group);
    if (!waiting) return;
    dropGone(waiting);
    if (waiting.length === 0) groups.delete(group);
  }

  #nextLane(): Lane | undefined {
    const waiting = lanes.filter((lane) => this.#lanes[lane].groups.size > 0);
    return waiting.find((lane) => this.#lanes[lane].passedBy >= mostPassedBy) ?? waiting[0];
  }

  #countPassed(taken: Lane): void {
    for (const lane of lanes) {
      const state = this.#lanes[lane];
      const isPassed = lane !== taken && state.groups.size > 0;
      state.passedBy = isPassed ? state.passedBy + 1 : 0;
    }
  }
}

function dropGone(waiting: { gone: boolean }[]): void {
  while (waiting[0]?.gone) waiting.shift();
}
