import type { Gate, GateTime } from '../../api/gate.ts';
import { type GateMood, gateMoodNames } from '../outside/service-mood.ts';
import type { Random } from '../random.ts';
import type { Happening } from './happening.ts';

/** A gate of the user's own in the spec, and how the service behind it begins. */
export interface DrawnGate {
  gate: Gate;
  says: GateMood;
}

/** How gates answer the last wish, when all else is well, and how one that holds it is resolved. */
export interface LastWord {
  says: GateMood;
  then: 'letThrough' | 'abort';
}

const times: readonly GateTime[] = ['before', 'during', 'after'];

/** The most patient wait for longer than an abort may take, so that one that waits for them is seen. */
const timeouts = ['1s', '4s', '30s', '30s'];

/** Gates of some ModelDeployments: one to three, of any kind. */
export function drawGates(random: Random): DrawnGate[] {
  if (!random.chance(0.3)) return [];
  return Array.from({ length: random.pick([1, 1, 2, 3]) }, (_, at) => drawGate(random, at + 1));
}

function drawGate(random: Random, number: number): DrawnGate {
  const gate: Gate = {
    name: `check-${number}`,
    when: random.pick(times),
    webhook: { url: `https://checks.example.com/${number}` },
    interval: random.pick(['1s', '3s', '3s', '8s']),
    timeout: random.pick(timeouts),
    retries: random.pick([0, 0, 1, 2]),
    failureLimit: random.pick([0, 0, 1]),
    onFailure: random.pick(['rollback', 'rollback', 'pause']),
    onSilence: random.pick(['hold', 'hold', 'rollback', 'ignore']),
  };
  return { gate, says: random.chance(0.7) ? 'yes' : random.pick(gateMoodNames) };
}

export const drawLastWord = (random: Random): LastWord => ({
  says: random.chance(0.4) ? 'yes' : random.pick(lastMoods),
  then: random.pick(['letThrough', 'abort', 'abort']),
});
/** Mostly one that hangs: what takes traffic back must not wait for it. */
const lastMoods: readonly GateMood[] = [
  ...(['no', 'refuses', 'waits', 'unreachable', 'unwell', 'late'] as const),
  ...(['never', 'never', 'never'] as const),
];

/** What services behind gates do, and what people do to the list of gates. Drawn on purpose, where there are any: `withGates`. */
export const gateEvents = {
  gate: {
    weight: 0,
    draw: (random) => [random.integer(3), random.pick(gateMoodNames)],
    happen: ({ setting, gates }, at, mood) => {
      const drawn = setting.gates[Number(at) % Math.max(1, setting.gates.length)];
      if (drawn) gates.setMood(drawn.gate.name, mood as GateMood);
    },
  },
  /** Begins no rollout, and is of no matter for one that runs. */
  editGates: {
    weight: 0,
    wish: true,
    draw: (random) => [random.integer(3)],
    happen: ({ model, setting }, count) =>
      model.edit((spec) => ({
        ...spec,
        gates: setting.gates.slice(0, Number(count)).map(({ gate }) => gate),
      })),
  },
} satisfies Record<string, Happening>;

const counts = [0, 1, 1, 2, 3];

/** What happens to gates beside all else, where there are some. */
export function drawGateEvents(random: Random): { atMs: number; name: keyof typeof gateEvents }[] {
  return Array.from({ length: random.pick(counts) }, () => ({
    atMs: random.integer(10_000),
    name: random.chance(0.9) ? 'gate' : 'editGates',
  }));
}
