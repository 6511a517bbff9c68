import { writeFile } from 'node:fs/promises';
import { ConversionLog } from '../convert/conversion-log.ts';
import { partOf } from '../convert/conversion.ts';
import { podWorkload } from '../convert/pod-workload.ts';
import { portOf, type ServicePort } from '../convert/service-ports.ts';
import { SourceNode } from '../convert/source-node.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import type { Terminal } from '../terminal.ts';
import { askChoices } from './ask-choices.ts';
import type { Choices } from './choices.ts';
import { firstManifest } from './first-manifest.ts';
import { gatherSurroundings } from './gather-surroundings.ts';
import { parseInitOptions } from './init-options.ts';
import { manifestText } from './manifest-text.ts';
import type { Questions } from './questions.ts';
import { withoutServerDefaults } from './server-defaults.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything but the help. Throws `UsageError` and `Problem`. */
export async function runInit(
  argv: readonly string[],
  terminal: Terminal,
  askOnTerminal: () => Promise<Questions | undefined> = questionsOnTerminal,
): Promise<ExitCode> {
  const options = parseInitOptions(argv);
  const questions = options.asks ? await askOnTerminal() : undefined;
  const surroundings = await gatherSurroundings(options, questions);
  const { name: deploymentName = '' } = surroundings.deployment.metadata;
  const template = withoutServerDefaults(partOf(surroundings.deployment, 'spec', 'template'));
  const log = new ConversionLog();
  const node = new SourceNode('spec.template', template, log);
  const { service } = surroundings;
  const port = service ? portOf(service, service.metadata.name ?? '', node) : {};
  const workload = podWorkload(template, port.targetPort, node, surroundings.selecting);
  if (!workload) {
    throw new Problem(`Deployment ${deploymentName} is no start for a ModelDeployment`, [
      ...log.notes.map(({ path, words }) => `${path}: ${words}.`),
    ]);
  }
  const choices = await askChoices(options, surroundings, questions);
  const manifest = firstManifest({ surroundings, choices, workload, port });
  const changes = log.notes.map(({ path, words }) => `${path}: ${words}.`);
  const text = manifestText(manifest, [...headOf(surroundings, choices), ...changes]);
  if (options.write === undefined) terminal.write(text);
  else await written(options.write, text, options.force);
  for (const line of foundLines(surroundings, choices, port)) terminal.complain(line);
  const file = options.write ?? 'FILE';
  terminal.complain(
    `Next: "${terminal.program} plan -f ${file}" says what would happen, and "kubectl apply -f ${file}" lets it.`,
  );
  return exitCodes.done;
}

/** Somebody who can be asked sits before both streams; the manifest may go elsewhere. */
async function questionsOnTerminal(): Promise<Questions | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { promptsOn } = await import('./prompts.ts');
  return promptsOn({ input: process.stdin, output: process.stderr });
}

async function written(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const isThere = (error as { code?: string }).code === 'EEXIST';
    const words = isThere ? 'the file is there already' : String((error as Error).message);
    throw new Problem(
      `${path} cannot be written: ${words}`,
      isThere ? ['Another name, or --force to write it anew.'] : [],
      { cause: error },
    );
  }
}

/** What whoever opens the manifest has to know. */
function headOf(
  { deployment, takenNames, routes }: Surroundings,
  { name, traffic, preset, gates }: Choices,
): string[] {
  const isTaken = takenNames.has(name);
  const route =
    traffic && routes.find((one) => sharesHost(one.route.hostnames, traffic.gatewayAPI?.hostnames));
  return [
    `A first manifest for Deployment ${deployment.metadata.name ?? ''}, by "understudy init". It runs beside the Deployment, with pods of its own, until clients are moved`,
    'and the Deployment is deleted (docs/converting.md). A change of model or serving is a new revision: write the version of the model into model.version.',
    ...(gates.length === 0 && !traffic && !preset
      ? [
          'Nobody counts requests: --gateway names a Gateway that does, --preset the model server, and --preset http a service of your own with the usual counters.',
        ]
      : []),
    ...(isTaken ? [`A Service is called ${name} already, and none is taken over: choose another name.`] : []),
    ...(route
      ? [
          `HTTPRoute ${route.name} has the same host names: as long as both are there, the gateway takes the older one.`,
        ]
      : []),
  ];
}

const sharesHost = (hosts: readonly string[], others: readonly string[] | undefined): boolean =>
  hosts.length === 0 || !others ? hosts.length === 0 && !others : hosts.some((host) => others.includes(host));

function foundLines(
  { deployment, service, routes }: Surroundings,
  { preset, traffic }: Choices,
  port: ServicePort,
): string[] {
  const { name = '', namespace } = deployment.metadata;
  const pods = Number(partOf(deployment, 'spec', 'replicas') ?? 1);
  const server = preset ? `; model server: ${preset}` : '';
  return [
    `Deployment ${namespace === undefined ? '' : `${namespace}/`}${name}: ${pods} ${pods === 1 ? 'pod' : 'pods'}${server}`,
    service
      ? `Service ${service.metadata.name ?? ''} selects the pods: port ${port.port ?? '?'}, on the pods ${port.targetPort ?? '?'}`
      : 'No Service selects the pods.',
    ...routes.map(
      (one) =>
        `HTTPRoute ${one.name} leads to them: Gateway ${one.route.parentRefs.map((parent) => parent.name).join(', ')}`,
    ),
    traffic
      ? 'Traffic: an HTTPRoute that the controller writes.'
      : 'Traffic: plain Services, by numbers of pods.',
  ];
}
