import type { Rehearsal } from '../../simulation/rehearsal/rehearsal.ts';
import { evidenceFigures } from '../evidence-words.ts';
import type { Compared } from './compare.ts';
import { figuresOf } from './figures.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { thresholdOf } from './text-report.ts';

/** The rehearsal as one JSON document. Times are virtual milliseconds since the manifest was applied. */
export function jsonReport(
  rehearsal: Rehearsal,
  options: SimulateOptions,
  compared?: readonly Compared[],
): string {
  const { staging, notes, timeline, outcome, message, tookMs, allTrafficAfterMs, served } = rehearsal;
  const { namespace, name, before, candidate } = staging;
  const thresholdMs = thresholdOf(staging);
  const role = ({ revision, version }: Pick<typeof before, 'revision' | 'version'>) => ({
    revision,
    version,
  });
  const document = {
    namespace,
    name,
    scenario: options.scenario.name,
    seed: options.seed,
    requestsPerSecond: options.requestsPerSecond,
    stable: role(before),
    candidate: role(candidate),
    notes,
    outcome: outcome ?? null,
    message,
    tookMs,
    allTrafficAfterMs: allTrafficAfterMs ?? null,
    served: Object.fromEntries(
      Object.entries(served).map(([who, one]) => [who, figuresOf(one, thresholdMs)]),
    ),
    ...(compared && { compared }),
    timeline: timeline.map((entry) => {
      if (entry.kind !== 'evidence') return entry;
      const { odds, ...what } = entry;
      return { ...what, ...evidenceFigures(odds) };
    }),
  };
  return JSON.stringify(document, null, 2);
}
