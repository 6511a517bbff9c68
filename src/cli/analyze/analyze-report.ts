import { formatDuration } from '../../api/duration.ts';
import type { Verdict } from '../../api/phase.ts';
import type { History } from '../../replay/open-history.ts';
import type { ReplayedLook } from '../../replay/replay.ts';
import type { Span } from '../../replay/take-census.ts';
import { evidenceFigures, EvidenceTeller } from '../evidence-words.ts';
import type { Terminal } from '../terminal.ts';

/** What is replayed. */
export type Replayed = Pick<History, 'arms' | 'because'> & {
  span: Span;
  intervalMs: number;
  scrapeIntervalMs: number;
};

/** Writes what the judge says, look by look, as lines or as one JSON document at the end. */
export class AnalyzeReport {
  readonly #replayed: Replayed;
  readonly #json: boolean;
  readonly #terminal: Terminal;
  readonly #teller = new EvidenceTeller();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #looks: object[] = [];
  #preset = '';
  #firstPass: ReplayedLook | undefined;
  #last: ReplayedLook | undefined;

  constructor(replayed: Replayed, { json }: { json: boolean }, terminal: Terminal) {
    this.#replayed = replayed;
    this.#json = json;
    this.#terminal = terminal;
    const { arms, because, span, intervalMs, scrapeIntervalMs } = replayed;
    this.#print(
      `${arms.namespace}/${arms.name}: candidate ${arms.candidate.revision} (${because}) beside ${arms.stable.revision}`,
    );
    this.#print(
      `${timeOf(span.fromMs)} to ${timeOf(span.toMs)}, a look every ${formatDuration(intervalMs)}, a scrape every ${formatDuration(scrapeIntervalMs)}`,
    );
    this.#print('');
  }

  add(look: ReplayedLook): void {
    this.#last = look;
    if (look.judgement.verdict === 'Pass') this.#firstPass ??= look;
    if (look.preset) this.#tellPreset(look.atMs, look.preset);
    const moved = this.#teller.tell(look.odds);
    if (moved !== undefined) this.#line(look.atMs, 'Evidence', moved);
    for (const { name, verdict, message } of look.judgement.metrics) {
      if (this.#verdicts.get(name) === verdict) continue;
      this.#verdicts.set(name, verdict);
      this.#line(look.atMs, verdict, message);
    }
    if (this.#json) this.#looks.push(figuresOf(look));
  }

  /** Says how it ends; true when it was decided. */
  end(): boolean {
    const { span, arms, because, intervalMs, scrapeIntervalMs } = this.#replayed;
    const decided = this.#last?.judgement.verdict === 'Fail' ? this.#last : this.#firstPass;
    const verdict = decided?.judgement.verdict ?? this.#last?.judgement.verdict ?? 'NoData';
    const message = (decided ?? this.#last)?.judgement.message ?? 'there was no look';
    if (this.#json) {
      const document = {
        namespace: arms.namespace,
        name: arms.name,
        candidate: arms.candidate,
        stable: arms.stable,
        because,
        from: timeOf(span.fromMs),
        to: timeOf(span.toMs),
        intervalMs,
        scrapeIntervalMs,
        verdict,
        decidedAt: decided ? timeOf(decided.atMs) : null,
        decidedAfterMs: decided ? decided.atMs - span.fromMs : null,
        message,
        looks: this.#looks,
      };
      this.#terminal.print(JSON.stringify(document, null, 2));
      return decided !== undefined;
    }
    this.#print('');
    this.#print(`${this.#styled(verdict)} ${this.#ending(decided)}: ${message}`);
    return decided !== undefined;
  }

  #ending(decided: ReplayedLook | undefined): string {
    const { span } = this.#replayed;
    if (!decided) return `until ${timeOf(span.toMs)}, so that maxHold and onInconclusive would decide`;
    const after = `after ${formatDuration(Math.round((decided.atMs - span.fromMs) / 1_000) * 1_000)}`;
    return decided.judgement.verdict === 'Fail'
      ? `${after}, and the traffic would have gone back`
      : `${after}, and no harm was proved until ${timeOf(span.toMs)}`;
  }

  #tellPreset(atMs: number, { choice, says }: NonNullable<ReplayedLook['preset']>): void {
    const read = [choice.requests, choice.latency].filter((one) => one !== undefined).join(' and ');
    const words = [`${choice.name}: ${read === '' ? 'nothing yet' : read}`, ...says].join('; ');
    if (words === this.#preset) return;
    this.#preset = words;
    this.#line(atMs, 'Counters', words);
  }

  #line(atMs: number, word: string, words: string): void {
    this.#print(`${timeOf(atMs)}  ${this.#styled(word, 12)}  ${words}`);
  }

  #styled(word: string, width = 0): string {
    const colour = ({ Pass: 'green', Fail: 'red', NoData: 'yellow', Inconclusive: 'yellow' } as const)[word];
    return colour ? this.#terminal.style(colour, word.padEnd(width)) : word.padEnd(width);
  }

  #print(line: string): void {
    if (!this.#json) this.#terminal.print(line);
  }
}

const figuresOf = ({ atMs, judgement, odds }: ReplayedLook) => ({
  at: timeOf(atMs),
  verdict: judgement.verdict,
  reason: judgement.reason,
  message: judgement.message,
  verdicts: judgement.metrics.map(({ name, verdict, reason, message }) => ({
    name,
    verdict,
    reason,
    message,
  })),
  evidence: evidenceFigures(odds),
});

/** Whole seconds, unless there are parts. */
const timeOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
