import { withDefaults } from '../../api/defaults.ts';
import { formatDuration } from '../../api/duration.ts';
import type { Rehearsal } from '../../simulation/rehearsal/rehearsal.ts';
import type { Staging } from '../../simulation/rehearsal/staging.ts';
import type { TimelineEntry } from '../../simulation/rehearsal/timeline.ts';
import { EvidenceTeller } from '../evidence-words.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime, count, inSeconds, table } from '../words.ts';
import { figuresOf, type ServedFigures } from './figures.ts';
import type { SimulateOptions } from './simulate-options.ts';

/** What is told before anything happens. */
export function headLines(staging: Staging, notes: readonly string[], options: SimulateOptions): string[] {
  const { namespace, name, before, candidate } = staging;
  const { analysis } = withDefaults(candidate.spec);
  const scrape =
    analysis.intervalMs === undefined ? '' : `, a scrape every ${formatDuration(analysis.intervalMs)}`;
  return [
    `${namespace}/${name}: version ${candidate.version} (${candidate.revision}) after version ${before.version} (${before.revision})`,
    `${options.scenario.name}: ${options.scenario.description}`,
    `${count(options.requestsPerSecond)} requests a second${scrape}, seed ${options.seed}`,
    ...notes.map((note) => `note: ${note}`),
    '',
    line(0, 'Applied', 'the manifest is applied'),
  ];
}

/**
 * What happens, as lines. A metric that cannot say anything yet is told of in JSON only: each one says so at the beginning of every step; and
 * of the looks only those at which a proof moved.
 */
export class EntryLines {
  readonly #terminal: Terminal;
  readonly #evidence = new EvidenceTeller();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  of(entry: TimelineEntry): string[] {
    if (entry.kind === 'verdict' && entry.verdict === 'Inconclusive') return [];
    if (entry.kind !== 'evidence') return [entryLine(entry, this.#terminal)];
    const moved = this.#evidence.tell(entry.odds);
    return moved === undefined ? [] : [line(entry.atMs, 'Evidence', moved)];
  }
}

function entryLine(entry: Exclude<TimelineEntry, { kind: 'evidence' }>, terminal: Terminal): string {
  switch (entry.kind) {
    case 'decision':
      return line(entry.atMs, entry.action, entry.message, colourOf(entry.action), terminal);
    case 'paused':
      return line(entry.atMs, 'Paused', `the rollout stands still: ${entry.reason}`, 'yellow', terminal);
    case 'resumed':
      return line(entry.atMs, 'Resumed', 'the rollout goes on');
    case 'split':
      return line(entry.atMs, 'Split', `${entry.candidatePercent} % of the requests go to the candidate`);
    case 'verdict':
      return line(entry.atMs, entry.verdict, entry.message, colourOf(entry.verdict), terminal);
    case 'analysis':
      return entry.available
        ? line(entry.atMs, 'Analysis', 'the metrics can be asked again')
        : line(entry.atMs, 'Analysis', entry.message, 'yellow', terminal);
  }
}

type Colour = 'green' | 'red' | 'yellow';

const colours: Readonly<Record<string, Colour>> = {
  Pass: 'green',
  Promoted: 'green',
  Fail: 'red',
  RolledBack: 'red',
  Failed: 'red',
  Aborted: 'red',
  WeightTakenBack: 'red',
  NoData: 'yellow',
};
const colourOf = (word: string): Colour | undefined => colours[word];

/** The longest word that is usual; a longer one moves the rest of its line. */
const wordWidth = 16;

function line(atMs: number, word: string, message: string, colour?: Colour, terminal?: Terminal): string {
  const padded = word.padEnd(wordWidth);
  const coloured = colour && terminal ? terminal.style(colour, padded) : padded;
  return `${clockTime(atMs).padStart(9)}  ${coloured}  ${message}`;
}

/** What users were served, and how it ended. */
export function endLines(rehearsal: Rehearsal, terminal: Terminal): string[] {
  return ['', ...servedLines(rehearsal), '', outcomeLine(rehearsal, terminal)];
}

function servedLines({ staging, served }: Rehearsal): string[] {
  const thresholdMs = thresholdOf(staging);
  const figures = (one: Parameters<typeof figuresOf>[0]) => figuresOf(one, thresholdMs);
  const rows: [string, ServedFigures][] = [
    [`version ${staging.before.version}`, figures(served.stable)],
    [`version ${staging.candidate.version}`, figures(served.candidate)],
  ];
  if (served.copies.requests > 0)
    rows.push([`copies to ${staging.candidate.version}`, figures(served.copies)]);
  if (served.nobody.requests > 0) rows.push(['nobody', figures(served.nobody)]);
  const slowHead = thresholdMs === undefined ? [] : [`over ${formatDuration(thresholdMs)}`];
  return table([
    ['served by', 'requests', 'errors of its own', 'other errors', ...slowHead],
    ...rows.map(([name, { requests, failed, failedOtherwise, slow }]) => [
      name,
      count(requests),
      share(failed, requests),
      count(failedOtherwise),
      ...(slow === undefined ? [] : [share(slow, requests)]),
    ]),
  ]);
}

export const share = (part: number, whole: number): string =>
  whole === 0 ? '0' : `${count(part)} (${Math.round((10_000 * part) / whole) / 100} %)`;

/** The threshold of the first latency metric. */
export const thresholdOf = ({ candidate }: Staging): number | undefined =>
  withDefaults(candidate.spec).analysis.metrics.flatMap((metric) =>
    metric.kind === 'latency' && metric.objective ? metric.objective.thresholdMs : [],
  )[0];

function outcomeLine({ outcome, message, tookMs, allTrafficAfterMs }: Rehearsal, terminal: Terminal): string {
  const took = inSeconds(tookMs);
  if (outcome === undefined) {
    return `${terminal.style('yellow', 'Did not end')} within ${took}: ${message}`;
  }
  const word = terminal.style(colourOf(outcome) ?? 'bold', outcome);
  const all = outcome === 'Promoted' && allTrafficAfterMs !== undefined;
  return `${word} after ${took}${all ? `, all traffic after ${inSeconds(allTrafficAfterMs)}` : ''}: ${message}`;
}
