import { parseArgs } from 'node:util';
import { loadTarget } from './load/load-target.ts';
import { defaultStory, findStory, stories } from './scenario/stories.ts';
import type { Story } from './scenario/story.ts';

/** The command line makes no sense; the message says what was found and what is accepted. */
export class DemoUsageError extends Error {
  override readonly name = 'DemoUsageError';
}

/** A cluster that is there already, and what the demo cannot find out about it by itself. */
export interface ExistingClusterOptions {
  readonly kubeconfigPath: string;
  readonly gatewayUrl: string;
  readonly controllerImage: string;
  readonly serverImage: string;
  /** Prometheus as the controller reaches it. */
  readonly prometheusUrl: string;
  /** The Gateway that the route is attached to. */
  readonly gateway: { readonly namespace: string; readonly name: string };
}

export interface DemoOptions {
  readonly story: Story;
  readonly help: boolean;
  readonly json: boolean;
  /** Stay after the summary, until Ctrl-C. */
  readonly keep: boolean;
  /** Say how the gateway is reached, and stay. */
  readonly open: boolean;
  readonly ratePerSecond: number;
  /** Undefined: a local cluster is started. */
  readonly existing: ExistingClusterOptions | undefined;
}

export const defaultRate = 100;
const lowestRate = 10;
const highestRate = 1_000;
const defaultGateway = 'gateway/public';
const defaultPrometheus = 'http://prometheus.monitoring:9090';

export const usage = `usage: npm run demo -- [STORY] [options]

Starts a Kubernetes cluster on this machine, runs the controller in it, sends real requests through its gateway, and
rolls out three versions of a model: v1 is served at once, v2 is better, and v3 throws on part of the images. Takes about
two minutes once the cluster's binaries are there. The stories:

  canary               v2 is promoted step by step; v3 fails its first gate and is taken back (the default)
  blue-green           v2 and v3 pass their tests at the preview and get everybody in one switch; v3 fails with live
                       requests, and one switch brings everybody back
  shadow               v2 and v3 get copies of all requests and a report; v2 is promoted, v3 never meets a user

  --rate N             requests per second (default ${defaultRate}, from ${lowestRate} to ${highestRate})
  --json               print the summary as JSON on standard output, and everything else on standard error
  --keep               leave everything running after the summary, until Ctrl-C
  --open               keep the gateway reachable on a loopback port, print a curl line for it, and stay until Ctrl-C
  --help               show this

With a cluster of your own, which KUBECONFIG names:
  --existing           use it instead of a local one
  --gateway-url URL    where this machine reaches its gateway: a loopback address, for example of a kubectl port-forward
  --gateway NS/NAME    the Gateway that routes are attached to (default ${defaultGateway})
  --image IMAGE        the controller's image; its entry point is "node dist/main.js"
  --server-image IMAGE image of examples/digits-server
  --prometheus-url URL Prometheus as the controller reaches it (default ${defaultPrometheus})

Exit code: 0 when the story went as it is told above, and no request failed but by v3's own errors (in the shadow: none
at all); 1 when not; 2 when the options are wrong; 130 after Ctrl-C.
`;

const switches = ['help', 'json', 'keep', 'open', 'existing'] as const;
const values = ['rate', 'gateway-url', 'gateway', 'image', 'server-image', 'prometheus-url'] as const;
const names: readonly string[] = [...switches, ...values];
const onlyExisting = ['gateway-url', 'gateway', 'image', 'server-image', 'prometheus-url'] as const;

type Values = { [name in (typeof values)[number]]?: string } & {
  [name in (typeof switches)[number]]?: boolean;
};

/** Reads the arguments after the program's name. Throws `DemoUsageError`. */
export function parseOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): DemoOptions {
  const { given, story } = readArguments(argv);
  return {
    story,
    help: given.help ?? false,
    json: given.json ?? false,
    keep: given.keep ?? false,
    open: given.open ?? false,
    ratePerSecond: rateOf(given.rate),
    existing: given.help ? undefined : existingOf(given, environment['KUBECONFIG']),
  };
}

function readArguments(argv: readonly string[]): { given: Values; story: Story } {
  const options = {
    ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
    ...Object.fromEntries(values.map((name) => [name, { type: 'string' as const }])),
  };
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Record<string, string | boolean> = {};
  const words: string[] = [];
  const accepted = names.map((name) => `--${name}`).join(', ');
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (!names.includes(token.name))
      throw new DemoUsageError(`option: found ${token.rawName}; accepted are ${accepted}`);
    const isSwitch = switches.some((name) => name === token.name);
    if (isSwitch && token.value !== undefined)
      throw new DemoUsageError(`${token.rawName}: found a value; it is a switch`);
    if (!isSwitch && !token.value)
      throw new DemoUsageError(`${token.rawName}: found no value; write ${token.rawName} VALUE`);
    given[token.name] = token.value ?? true;
  }
  return { given, story: storyOf(words) };
}

function storyOf([name, ...more]: readonly string[]): Story {
  const told = name === undefined ? defaultStory : findStory(name);
  if (told && more.length === 0) return told;
  const found = [name, ...more].map((word) => JSON.stringify(word)).join(', ');
  const names = stories.map((story) => story.name).join(', ');
  throw new DemoUsageError(`story: found ${found}; accepted is one of ${names}`);
}

function rateOf(text: string | undefined): number {
  if (text === undefined) return defaultRate;
  const rate = Number(text);
  if (Number.isInteger(rate) && rate >= lowestRate && rate <= highestRate) return rate;
  throw new DemoUsageError(
    `--rate: found ${JSON.stringify(text)}; accepted are whole numbers from ${lowestRate} to ${highestRate}`,
  );
}

function existingOf(given: Values, kubeconfigPath: string | undefined): ExistingClusterOptions | undefined {
  if (!given.existing) {
    const misplaced = onlyExisting.find((name) => given[name] !== undefined);
    if (misplaced === undefined) return undefined;
    throw new DemoUsageError(`--${misplaced}: found without --existing; a local cluster brings its own`);
  }
  const { 'gateway-url': gatewayUrl, image, 'server-image': serverImage } = given;
  if (!kubeconfigPath || !gatewayUrl || !image || !serverImage) {
    const missing = [
      kubeconfigPath ? '' : 'the variable KUBECONFIG, with the path of a kubeconfig file',
      gatewayUrl ? '' : '--gateway-url, where this machine reaches the gateway',
      image ? '' : "--image, the controller's image",
      serverImage ? '' : '--server-image, the image of examples/digits-server',
    ].filter((line) => line !== '');
    throw new DemoUsageError(
      `--existing needs what is missing here:\n${missing.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  try {
    loadTarget(gatewayUrl);
  } catch (error) {
    throw new DemoUsageError(`--gateway-${(error as Error).message}`);
  }
  const [namespace, name, ...more] = (given.gateway ?? defaultGateway).split('/');
  if (!namespace || !name || more.length > 0) {
    throw new DemoUsageError(`--gateway: found ${JSON.stringify(given.gateway)}; accepted is NAMESPACE/NAME`);
  }
  return {
    kubeconfigPath,
    gatewayUrl,
    controllerImage: image,
    serverImage,
    prometheusUrl: given['prometheus-url'] ?? defaultPrometheus,
    gateway: { namespace, name },
  };
}
