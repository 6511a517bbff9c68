/** A value that changes, and those who want to know. */
export class Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  /** Tells at once. */
  set(value: Value): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  /** Tells a little later, together with what comes until then: a busy cluster does not redraw the page with each change. */
  setSoon(value: Value, withinMs = 200): void {
    this.#value = value;
    this.#timer ??= setTimeout(() => this.set(this.#value), withinMs);
  }

  /** Gives back what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
