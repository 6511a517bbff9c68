import { apiVersion } from '../../api/group.ts';
import { clusterFlags, clusterFlagsHelp, outputFlags, outputOf } from '../cluster/cluster-flags.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { parseFlags } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { packageVersion } from '../../package-folder.ts';
import type { Controller } from './controllers.ts';

const help = (
  program: string,
): string => `Shows the version of this program, and of the controllers that run in the cluster.

Usage: ${program} version [--client] [-o json]

      --client          only of this program: no cluster is asked
  -o, --output json     one JSON document
${clusterFlagsHelp}

Exit codes: 0 it was shown; 3 the command line or the cluster cannot be used.`;

/** `understudy version`. Throws `UsageError` and `Problem`; the client's version is shown all the same. */
export async function version(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const values = parseFlags(argv, { ...clusterFlags, ...outputFlags, client: { type: 'boolean' } });
  if (values.help) {
    terminal.print(help(terminal.program));
    return exitCodes.done;
  }
  const json = outputOf(values.output, ['json']) === 'json';
  const client = { version: packageVersion(), api: apiVersion, node: process.versions.node };
  if (!json) terminal.print(`client      ${client.version}, ${apiVersion}, Node ${client.node}`);
  if (values.client) {
    if (json) terminal.print(JSON.stringify({ client }, null, 2));
    return exitCodes.done;
  }
  const { withCluster } = await import('../cluster/cluster-access.ts');
  const { controllersIn, servesApi } = await import('./controllers.ts');
  const [controllers, served] = await withCluster(values, ({ cluster }) =>
    Promise.all([controllersIn(cluster), servesApi(cluster)]),
  );
  if (json) {
    const document = {
      client,
      controllers: controllers ?? null,
      api: { version: apiVersion, served: served ?? null },
    };
    terminal.print(JSON.stringify(document, null, 2));
    return exitCodes.done;
  }
  for (const line of controllerLines(controllers, client.version)) terminal.print(line);
  terminal.print(`API         ${apiWords(served)}`);
  return exitCodes.done;
}

/** The controllers in words; `undefined`: nobody may look. */
export function controllerLines(controllers: readonly Controller[] | undefined, client: string): string[] {
  if (!controllers) return ['controller  not known: you may not list Deployments'];
  if (controllers.length === 0) {
    return ['controller  none: no Deployment is labelled app.kubernetes.io/name=understudy'];
  }
  return controllers.map(({ namespace, name, version: own, image, replicas, ready }) => {
    const differs = own !== undefined && minorOf(own) !== undefined && minorOf(own) !== minorOf(client);
    const words = differs ? `; this program is ${client}, use one of the same version` : '';
    return `controller  ${own ?? 'unknown'}, ${namespace}/${name}, ${ready} of ${replicas} ready, ${image}${words}`;
  });
}

/** Patches of one minor release understand each other; what is no version, such as a branch, is not compared. */
const minorOf = (text: string): string | undefined => /^v?(\d+\.\d+)\./.exec(text)?.[1];

function apiWords(served: boolean | undefined): string {
  if (served === undefined) return `${apiVersion}: not known, you may not list ModelDeployments`;
  return served
    ? `${apiVersion} is served`
    : `${apiVersion} is not served: install the CRDs, "kubectl apply -f crds/"`;
}
