import { clusterFlagsHelp } from '../cluster/cluster-flags.ts';

export const strategies = ['canary', 'blueGreen', 'shadow'] as const;
export const gates = ['errors', 'latency', 'first-token'] as const;
export const trafficKinds = ['gateway', 'service'] as const;

export const initHelp = (
  program: string,
): string => `Writes a first manifest of a ModelDeployment for what a Deployment runs: with its pods, the Service and the HTTPRoute that lead to them, a plan, and gates
for the model server that its image and arguments show. On a terminal it asks for what no flag says; elsewhere it takes what an expert would. Nothing in the
cluster is changed, and the manifest says at its head what "lint" would.

Usage: ${program} init [DEPLOYMENT] [-f FILE|FOLDER|-] [flags]

  -f, --file PATH       read the Deployment, Services and HTTPRoutes from files, and no cluster; several times for several
      --name NAME       of the ModelDeployment; default: that of the Deployment, if no Service has it
      --strategy NAME   ${strategies.join(', ')}; default: canary
      --traffic KIND    gateway or service; default: the Gateway of the HTTPRoute that is found, otherwise plain Services
      --gateway NAME    another Gateway, as NAME or NAMESPACE/NAME
      --hostname NAME   a host name for it; several times for several
      --gates NAME,NAME errors, latency, first-token (of language models, measured only), or none; default: all that can be had
      --latency TIME    a request that takes longer is too slow, and 5 % may be; default: both revisions are compared
      --preset NAME     the model server, where image and arguments do not show it; docs/presets.md lists them
  -w, --write FILE      into a file, instead of standard output
      --force           even if the file is there
      --no-input        ask nothing
${clusterFlagsHelp}

Exit codes: 0 written; 3 the command line, a file or the cluster cannot be used, or the file is there already.`;
