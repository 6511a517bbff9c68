/** What becomes of a field that is not simply taken over. */
export type NoteKind =
  /** Something has to be given or done, or there is no ModelDeployment. */
  | 'missing'
  /** Something is to be done by hand before or after the result is applied. */
  | 'action'
  /** Something near to it is there. */
  | 'changed'
  /** It is left out. */
  | 'dropped';

/** What is said about one field of the source. */
export interface Note {
  kind: NoteKind;
  /** Of the field in the source, such as `spec.strategy.canary.steps[2].experiment`. */
  path: string;
  words: string;
}

/** Notes about one source object, and which of its fields were looked at: none disappears in silence. */
export class ConversionLog {
  readonly notes: Note[] = [];
  readonly #handled = new Set<string>();

  note(kind: NoteKind, path: string, words: string): void {
    this.#handled.add(path);
    const isKnown = this.notes.some((one) => one.path === path && one.words === words);
    if (!isKnown) this.notes.push({ kind, path, words });
  }

  /** The field with all below it was looked at. */
  handle(path: string): void {
    this.#handled.add(path);
  }

  /** Says of every field that nobody looked at that it is unknown here. */
  noteRest(value: unknown, path: string): void {
    if (this.#handled.has(path)) return;
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value);
      for (const [name, part] of entries) this.noteRest(part, pathOf(path, name, Array.isArray(value)));
      if (entries.length > 0) return;
    }
    if (value === undefined || value === null) return;
    this.note('dropped', path, 'not a field that this command knows');
  }
}

/** The path of a part: of a list by its place, and in quotes where a dot or slash would mislead. */
export function pathOf(path: string, name: string, inList = false): string {
  if (inList) return `${path}[${name}]`;
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return `${path}["${name}"]`;
  return path === '' ? name : `${path}.${name}`;
}
