import { formatDuration, InvalidDurationError, parseDuration } from '../../api/duration.ts';
import { goodQuality } from '../traffic/answer-quality.ts';
import { InvalidScenarioError } from './invalid-scenario-error.ts';
import type { Scenario, Stage } from './scenario.ts';

/** One word of the vocabulary, with or without a value behind a colon. */
export interface ScenarioWord {
  word: string;
  /** The value as help shows it, such as `5%`; absent for a word without one. */
  example?: string;
  /** What is taken when no value is written; absent where one must be. */
  otherwise?: string;
  /** For help. */
  description: string;
  /** Throws `InvalidScenarioError` for a value that it cannot take. */
  make(value: string): Omit<Scenario, 'name'>;
}

/** A share such as `5%`, from 0 to 1. */
function share(value: string): number {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
  if (percent === undefined || Number(percent) > 100) {
    throw new InvalidScenarioError(`"${value}" is no share`, 'accepted: 0% to 100%, such as 5%');
  }
  return Number(percent) / 100;
}

/** A factor such as `2x`. */
function factor(value: string): number {
  const times = /^(\d+(?:\.\d+)?)x$/.exec(value)?.[1];
  if (times === undefined || !(Number(times) > 0)) {
    throw new InvalidScenarioError(
      `"${value}" is no factor`,
      'accepted: numbers with an x, such as 2x or 1.5x',
    );
  }
  return Number(times);
}

function duration(value: string): number {
  try {
    return parseDuration(value);
  } catch (error) {
    if (!(error instanceof InvalidDurationError)) throw error;
    throw new InvalidScenarioError(error.message);
  }
}

/** How often a model that does harm answers with an error, where nothing is said. */
const harm = { errorRate: 0.2 };
const flapMs = 30_000;
/** A controller that was killed leaves a Lease that runs for 15 s: if it dies sooner again, none ever leads. */
const leastKillMs = 30_000;

/** All that a scenario can be made of, in the order of help. */
export const vocabulary: readonly ScenarioWord[] = [
  {
    word: 'healthy',
    description: 'the new version does as well as the one before',
    make: () => ({
      description: 'the new version does as well as the one before',
      begin: () => {},
    }),
  },
  {
    word: 'errors',
    example: '5%',
    description: 'the new version answers this share of its requests with an error',
    make: (value) => {
      const errorRate = share(value);
      return {
        description: `the new version answers ${value} of its requests with an error`,
        begin: ({ world, candidate }) => world.traffic.qualities.forRevision(candidate, { errorRate }),
      };
    },
  },
  {
    word: 'slow',
    example: '2x',
    description: 'the new version takes so many times longer to answer',
    make: (value) => {
      const times = factor(value);
      const { medianMs, p99Ms } = goodQuality;
      return {
        description: `the new version takes ${times} times as long to answer`,
        begin: ({ world, candidate }) =>
          world.traffic.qualities.forRevision(candidate, {
            medianMs: medianMs * times,
            p99Ms: p99Ms * times,
          }),
      };
    },
  },
  {
    word: 'crash',
    example: '30s',
    otherwise: '30s',
    description: 'its pods become ready, and crash so long after that, again and again',
    make: (value) => {
      const liveMs = duration(value);
      return {
        description: `pods of the new version crash ${formatDuration(liveMs)} after they became ready`,
        begin: ({ world, candidate }) =>
          world.behaviours.forRevision(candidate, {
            kind: 'crashes',
            readyAfterMs: 2_000,
            afterMs: 2_000 + liveMs,
            exitCode: 1,
          }),
      };
    },
  },
  {
    word: 'never-ready',
    description: 'its pods run, and never become ready',
    make: () => ({
      description: 'pods of the new version never become ready',
      begin: ({ world, candidate }) => world.behaviours.forRevision(candidate, { kind: 'neverReady' }),
    }),
  },
  {
    word: 'bad-image',
    description: 'its image cannot be pulled',
    make: () => ({
      description: 'the image of the new version cannot be pulled',
      begin: ({ world, candidate }) => world.behaviours.forRevision(candidate, { kind: 'neverPulls' }),
    }),
  },
  {
    word: 'late-harm',
    example: '10m',
    description: 'all is well at first; after this time a fifth of its answers are errors',
    make: (value) => {
      const afterMs = duration(value);
      return {
        description: `after ${formatDuration(afterMs)} the new version answers a fifth of its requests with an error`,
        begin: ({ world, candidate }) => {
          world.clock.after(afterMs, () => world.traffic.qualities.forRevision(candidate, harm));
        },
      };
    },
  },
  {
    word: 'flapping',
    example: '10%',
    otherwise: '10%',
    description: 'half a minute is good, and in the next one this share of its answers are errors, and so on',
    make: (value) => {
      const errorRate = share(value);
      return {
        description: `for half a minute of each the new version answers ${value} of its requests with an error`,
        begin: (stage) => flap(stage, errorRate),
      };
    },
  },
  {
    word: 'no-metrics',
    description: 'Prometheus cannot be reached',
    make: () => ({
      description: 'Prometheus cannot be reached',
      begin: ({ world }) => world.prometheus.misbehave({ kind: 'unreachable' }),
    }),
  },
  {
    word: 'stale-metrics',
    description: 'Prometheus answers, and scrapes nothing any more',
    make: () => ({
      description: 'Prometheus answers, and scrapes nothing any more',
      begin: ({ world }) => world.prometheus.scraper.stop(),
    }),
  },
  {
    word: 'silent-gateway',
    description: 'the gateway follows its routes, and acknowledges none of them',
    make: () => ({
      description: 'the gateway acknowledges no route',
      begin: ({ world }) => world.gateway.acknowledge('never'),
    }),
  },
  {
    word: 'controller-crashes',
    example: '1m',
    otherwise: '1m',
    description: 'Understudy itself is killed so often, and started again',
    make: (value) => {
      const everyMs = duration(value);
      if (everyMs < leastKillMs) {
        throw new InvalidScenarioError(`"${value}" is too short`, 'accepted: 30s or more');
      }
      return {
        description: `Understudy itself is killed every ${formatDuration(everyMs)}`,
        begin: (stage) => killEvery(stage, everyMs),
      };
    },
  },
];

function flap({ world, candidate }: Stage, errorRate: number): void {
  const { errorRate: good } = world.traffic.qualities.of(candidate);
  const turn = (isBad: boolean) => {
    world.traffic.qualities.forRevision(candidate, { errorRate: isBad ? errorRate : good });
    world.clock.after(flapMs, () => turn(!isBad));
  };
  turn(false);
}

function killEvery({ world }: Pick<Stage, 'world'>, everyMs: number): void {
  world.clock.after(everyMs, () => {
    for (const controller of [...world.controllers]) world.killController(controller);
    world.startController();
    killEvery({ world }, everyMs);
  });
}
