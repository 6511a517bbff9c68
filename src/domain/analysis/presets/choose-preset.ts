import type { PresetChoice } from '../../../api/model-rollout-status.ts';
import type { ArmName } from '../preset.ts';
import type { LatencySeries, PresetData, RequestCounters } from './preset-data.ts';
import type { Seen } from './probe.ts';

/** A choice with its data. */
export interface ChosenPreset {
  data: PresetData;
  /** The alternative that was seen, or the best one where none was seen yet. */
  requests: RequestCounters;
  latency: LatencySeries | undefined;
  /** What may be recorded: only what was seen. */
  choice: PresetChoice;
  /** The router that would have been asked, had it been set up to tell revisions apart. */
  insteadOf?: PresetData;
}

/**
 * Chooses what a rollout is judged by. `presets` are those that come into question, the best first. Of several alternatives the
 * first that both revisions show is taken, else the first of the stable's, else of the candidate's. What the record holds
 * stays as it is: a rollout is judged by one measure from its beginning to its end.
 *
 * Undefined when nothing was seen and there is more than one preset to choose from.
 */
export function choosePreset(
  presets: readonly PresetData[],
  seen: Seen | undefined,
  recorded?: PresetChoice,
): ChosenPreset | undefined {
  const kept = presets.find(({ name }) => name === recorded?.name);
  const found = kept ?? best(presets, (preset) => rank(preset.requests, seen));
  const data = found ?? (presets.length === 1 ? presets[0] : undefined);
  if (!data) return undefined;
  const router = presets[0];
  // Where there is nothing to choose from, nothing has to be seen.
  const isSettled = !hasAlternatives(presets);
  const requests = pick(data.requests, seen, isSettled ? data.requests[0]?.id : kept && recorded?.requests);
  const latency = pick(data.latency, seen, isSettled ? data.latency[0]?.id : kept && recorded?.latency);
  return {
    data,
    requests: requests ?? data.requests[0]!,
    latency: latency ?? data.latency[0],
    choice: {
      name: data.name,
      ...(requests && { requests: requests.id }),
      ...(latency && { latency: latency.id }),
    },
    ...(router && router !== data && router.needsSetup !== undefined && { insteadOf: router }),
  };
}

/** Whether there is anything that the source could tell: with one way only, nothing is asked. */
export const hasAlternatives = (presets: readonly PresetData[]): boolean =>
  presets.length > 1 || presets.some(({ requests, latency }) => requests.length > 1 || latency.length > 1);

type Alternative = RequestCounters | LatencySeries;

function pick<One extends Alternative>(
  alternatives: readonly One[],
  seen: Seen | undefined,
  recorded: string | undefined,
): One | undefined {
  return (
    alternatives.find(({ id }) => id === recorded) ??
    best(alternatives, (alternative) => rank([alternative], seen))
  );
}

/** The first of those with the highest rank above 0. */
function best<One>(all: readonly One[], rankOf: (one: One) => number): One | undefined {
  let found: One | undefined;
  let highest = 0;
  for (const one of all) {
    const own = rankOf(one);
    if (own > highest) [found, highest] = [one, own];
  }
  return found;
}

const weights: Readonly<Record<ArmName, number>> = { candidate: 1, stable: 2 };

function rank(alternatives: readonly Alternative[], seen: Seen | undefined): number {
  const ranks = alternatives.map((one) =>
    [...(seen?.(one) ?? [])].reduce((sum, arm) => sum + weights[arm], 0),
  );
  return Math.max(0, ...ranks);
}
