import { formatDuration, InvalidDurationError, parseDuration } from '../../api/duration-text.ts';
import { UsageError } from '../usage-error.ts';
import {
  type Choices,
  defaultName,
  gateChoices,
  presetOf,
  strategyChoices,
  trafficChoices,
} from './choices.ts';
import type { Gate, InitOptions, StrategyName } from './init-options.ts';
import type { Questions } from './questions.ts';
import type { Surroundings } from './surroundings.ts';

const aboutStrategies: Readonly<Record<StrategyName, string>> = {
  canary: 'a few percent of the users first, then more, each step behind a gate',
  blueGreen: 'the new model complete and reachable at a preview, then one switch by a person',
  shadow: 'copies of live requests, whose answers nobody sees, then a canary',
};
const aboutGates: Readonly<Record<Gate, string>> = {
  errors: 'failed requests',
  latency: 'slow requests',
  'first-token': 'the time to the first token, measured only',
};

/** Chooses what the flags leave open, by asking where somebody can be asked. Throws `UsageError` where flags do not go together. */
export async function askChoices(
  options: InitOptions,
  surroundings: Surroundings,
  questions: Questions | undefined,
): Promise<Choices> {
  const name = options.name ?? (await askName(surroundings, questions));
  const ways = trafficChoices(options, surroundings);
  const [first] = ways;
  if (!first)
    throw new UsageError(
      '--traffic gateway: no HTTPRoute leads to the pods; name the Gateway with --gateway NAMESPACE/NAME',
    );
  const way =
    questions && ways.length > 1
      ? await questions.choose(
          'How do requests come?',
          ways.map((one) => ({ name: one.name, value: one })),
          first,
        )
      : first;
  const { traffic } = way;
  const strategies = strategyChoices(traffic);
  if (options.strategy && !strategies.includes(options.strategy))
    throw new UsageError(
      `--strategy ${options.strategy} needs a Gateway: --gateway NAMESPACE/NAME names one`,
    );
  const strategy =
    options.strategy ??
    (questions
      ? await questions.choose<StrategyName>(
          'How is a new model to come to the users?',
          strategies.map((value) => ({ value, name: value, description: aboutStrategies[value] })),
          'canary',
        )
      : 'canary');
  const preset = presetOf(options, surroundings);
  const possible = gateChoices(traffic, preset);
  const lacking = options.gates?.filter((gate) => !possible.includes(gate)) ?? [];
  if (lacking.length > 0)
    throw new UsageError(`--gates: ${lacking.join(', ')} cannot be had here; ${why(possible)}`);
  const gates = options.gates ?? (questions ? await askGates(possible, questions) : possible);
  if (options.latencyMs !== undefined && !gates.includes('latency'))
    throw new UsageError('--latency belongs to the gate latency, which there is behind a Gateway only');
  const latencyMs =
    options.latencyMs ?? (questions && gates.includes('latency') ? await askLatencyMs(questions) : undefined);
  return { name, traffic, strategy, gates, latencyMs, preset };
}

const why = (possible: readonly Gate[]): string =>
  possible.length > 0
    ? `accepted: ${possible.join(', ')}, or none`
    : 'without a Gateway requests are counted by the model server: --preset names it, if it counts them';

async function askName(surroundings: Surroundings, questions: Questions | undefined): Promise<string> {
  const preset = defaultName(surroundings);
  if (!questions) return preset;
  return await questions.text('What is the ModelDeployment to be called?', preset, (text) => {
    if (surroundings.takenNames.has(text)) return `a Service has the name ${text}, and none is taken over`;
    return /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(text)
      ? undefined
      : 'at most 40 lower-case letters, digits and "-", a letter first';
  });
}

async function askGates(possible: readonly Gate[], questions: Questions): Promise<readonly Gate[]> {
  if (possible.length === 0) return [];
  const words = (gates: readonly Gate[]) => gates.map((gate) => aboutGates[gate]).join(', ');
  const answers = [
    { value: possible, name: words(possible) },
    ...(possible.length > 1
      ? [{ value: possible.slice(0, 1), name: `${words(possible.slice(0, 1))} alone` }]
      : []),
    { value: [], name: 'nothing: steps pass by their time and by readiness' },
  ];
  return await questions.choose('What is it judged by?', answers, possible);
}

async function askLatencyMs(questions: Questions): Promise<number | undefined> {
  const text = await questions.text(
    'From how long on is a request too slow? (nothing: both revisions are compared)',
    '',
    (given) => (given === '' ? undefined : faultOf(given)),
  );
  return text === '' ? undefined : parseDuration(text);
}

function faultOf(text: string): string | undefined {
  try {
    return parseDuration(text) >= 1 ? undefined : `at least ${formatDuration(1)}`;
  } catch (error) {
    if (error instanceof InvalidDurationError) return error.message;
    throw error;
  }
}
