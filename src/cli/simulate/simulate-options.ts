import { InvalidDurationError } from '../../api/duration.ts';
import { InvalidScenarioError } from '../../simulation/scenarios/invalid-scenario-error.ts';
import { parseScenario, writtenOf } from '../../simulation/scenarios/parse-scenario.ts';
import type { Scenario } from '../../simulation/scenarios/scenario.ts';
import { vocabulary } from '../../simulation/scenarios/vocabulary.ts';
import { durationFlag, parseFlags, usable } from '../flags.ts';
import { rateOf } from '../rate.ts';
import { UsageError } from '../usage-error.ts';

export interface SimulateOptions {
  file: string;
  scenario: Scenario;
  seed: string;
  requestsPerSecond: number;
  /** Absent: as long as the plan can take, twice. */
  limitMs: number | undefined;
  /** Other judges roll the manifest out too. */
  compare: boolean;
  json: boolean;
}

const defaults = { scenario: 'healthy', seed: '1', traffic: '100/s' };

export const simulateHelp =
  (): string => `Rolls a ModelDeployment out in a simulated cluster: the real controller, a gateway, pods, users and a Prometheus in memory, on a
clock that runs as fast as it can. First a version before the manifest's serves; then the manifest is applied, and the scenario begins.

Usage: understudy simulate -f FILE [--scenario SCENARIO] [--seed N] [--traffic RATE] [--limit TIME] [--compare] [--json]

  -f, --file FILE      the manifest, with one ModelDeployment in it; - reads standard input
  --scenario SCENARIO  what happens; default: ${defaults.scenario}. Several that happen together are joined by commas:
${vocabulary.map((word) => `      ${writtenOf(word).padEnd(26)}${word.description}`).join('\n')}
  --seed N             another seed is another course of chance, the same one gives the same run; default: ${defaults.seed}
  --traffic RATE       requests of users, such as 100/s or 30/m; default: ${defaults.traffic}
  --limit TIME         the longest virtual time to watch the rollout, such as 2h; default: twice as long as its plan can take
  --compare            let models of Flagger, Argo Rollouts and Kayenta judge the same users, and set them beside it; takes longer
  --json               one JSON document instead of text
  -h, --help           this text

Exit codes: 0 the rollout ended, whatever its outcome; 2 it did not end, or nothing was ever served; 3 the command line or the file
cannot be used; 1 a fault of the simulation.`;

/** Reads the flags; `help` when they ask for it. Throws `UsageError`. */
export function parseSimulateOptions(argv: readonly string[]): SimulateOptions | 'help' {
  const values = parseFlags(argv, flags);
  if (values.help) return 'help';
  if (values.file === undefined) throw new UsageError('simulate needs a manifest: -f FILE');
  return {
    file: values.file,
    scenario: usable('--scenario', () => parseScenario(values.scenario ?? defaults.scenario), [
      InvalidScenarioError,
      InvalidDurationError,
    ]),
    seed: values.seed ?? defaults.seed,
    requestsPerSecond: rateOf('--traffic', values.traffic ?? defaults.traffic),
    limitMs: durationFlag('--limit', values.limit),
    compare: values.compare ?? false,
    json: values.json ?? false,
  };
}

const flags = {
  file: { type: 'string', short: 'f' },
  scenario: { type: 'string' },
  seed: { type: 'string' },
  traffic: { type: 'string' },
  limit: { type: 'string' },
  compare: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
