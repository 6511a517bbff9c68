import { formatDuration } from '../../api/duration-text.ts';
import { type ConversionLog, type NoteKind, pathOf } from './conversion-log.ts';

/** One field of a source object, wherever it may be absent: reading it notes that it was looked at. */
export class SourceNode {
  readonly path: string;
  readonly raw: unknown;
  readonly #log: ConversionLog;

  constructor(path: string, raw: unknown, log: ConversionLog) {
    this.path = path;
    this.raw = raw;
    this.#log = log;
  }

  get isPresent(): boolean {
    return this.raw !== undefined && this.raw !== null;
  }

  /** A field below. */
  at(...names: string[]): SourceNode {
    return names.reduce<SourceNode>((node, name) => node.#child(name), this);
  }

  #child(name: string): SourceNode {
    const { raw, path } = this;
    const value = isRecord(raw) && Object.hasOwn(raw, name) ? raw[name] : undefined;
    return new SourceNode(pathOf(path, name), value, this.#log);
  }

  /** The elements of a list. */
  items(): SourceNode[] {
    if (!this.isPresent) return [];
    if (!Array.isArray(this.raw)) return this.#unusable('a list', []);
    if (this.raw.length === 0) this.#log.handle(this.path);
    return this.raw.map((item, index) => new SourceNode(`${this.path}[${index}]`, item, this.#log));
  }

  /** The fields of an object with their names. */
  entries(): [string, SourceNode][] {
    if (!this.isPresent) return [];
    if (!isRecord(this.raw)) return this.#unusable('an object', []);
    const names = Object.keys(this.raw);
    if (names.length === 0) this.#log.handle(this.path);
    return names.map((name) => [name, this.at(name)]);
  }

  /** All that is here, as it is. */
  take(): unknown {
    this.#log.handle(this.path);
    return this.raw;
  }

  /** Text; numbers and truth values are text where they are written without quotes. */
  text(): string | undefined {
    const value = this.take();
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#unusable('text', undefined);
  }

  number(): number | undefined {
    const value = this.take();
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    return this.#unusable('a number', undefined);
  }

  flag(): boolean | undefined {
    const value = this.take();
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : this.#unusable('true or false', undefined);
  }

  /** Milliseconds of a duration as both tools write them: `90s`, `1h30m`, and a number alone is seconds. */
  durationMs(): number | undefined {
    const value = this.take();
    if (value === undefined || value === null) return undefined;
    const ms =
      typeof value === 'string' || typeof value === 'number' ? durationMsOf(String(value)) : undefined;
    return ms ?? this.#unusable('a duration such as 90s', undefined);
  }

  dropped(words: string): void {
    this.#note('dropped', words);
  }

  changed(words: string): void {
    this.#note('changed', words);
  }

  action(words: string): void {
    this.#note('action', words);
  }

  /** Said also where the field is absent: then it is the absence that is told of. */
  missing(words: string): void {
    this.#log.note('missing', this.path, words);
  }

  /** Said also where the field is absent: what it means by default has to be told, too. */
  saidOf(kind: NoteKind, words: string): void {
    this.#log.note(kind, this.path, words);
  }

  #note(kind: NoteKind, words: string): void {
    if (this.isPresent) this.#log.note(kind, this.path, words);
  }

  #unusable<T>(accepted: string, instead: T): T {
    this.dropped(`found ${JSON.stringify(this.raw)}; accepted: ${accepted}`);
    return instead;
  }
}

const unitsMs: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `90s`, `1h30m`, `1.5h` or `1min`; a number alone is seconds. Undefined for what is none. */
function durationMsOf(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1_000);
  if (!/^(\d+(\.\d+)?(ms|min|s|m|h|d))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|min|s|m|h|d)/g);
  let totalMs = 0;
  for (const [, count, unit] of parts) totalMs += Number(count) * unitsMs[unit!]!;
  return Math.round(totalMs);
}

/** A duration as our API has it, of at most a year. */
export const durationText = (ms: number): string => formatDuration(Math.min(ms, 365 * unitsMs['d']!));

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
