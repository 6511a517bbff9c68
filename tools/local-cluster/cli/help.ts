import { options, type CommandName } from './arguments.ts';

const summaries: Record<CommandName, string> = {
  up: 'start a cluster and return when it is ready',
  down: 'end a cluster and remove what it left',
  status: 'show the clusters that run, their addresses and components',
  kubeconfig: 'print a kubeconfig for kubectl',
  exec: 'run a command inside the network of a cluster',
  prepare: 'only download or build the binaries',
};

const details: Record<CommandName, string> = {
  up: `Starts etcd, kube-apiserver, kube-controller-manager, a node agent that runs pods as processes, Contour and
Envoy as the gateway, and Prometheus, in a network namespace of their own. The first start prepares the
binaries, which takes minutes where they are built. KUBERNETES_VERSION chooses the version (1.36 or 1.33).`,
  down: 'Ends the components in order, and the network namespace and the folder with them.',
  status: 'Cleans up after clusters that have crashed. The exit code is 1 if the named cluster does not run.',
  kubeconfig:
    'For example:\n  npm run --silent cluster -- kubeconfig > /tmp/kubeconfig\n  kubectl --kubeconfig /tmp/kubeconfig get nodes',
  exec: `Pods, services of the control plane and the gateway are reached from there by their addresses, for example:
  npm run cluster -- exec -- curl -s http://10.244.0.3:9090/-/ready
KUBECONFIG is set to a file that works inside. The exit code is that of the command.`,
  prepare: 'For a CI job that caches $XDG_CACHE_HOME/understudy (default ~/.cache/understudy).',
};

/** The help of the program, or of one command. */
export function helpText(topic?: CommandName): string {
  return topic === undefined ? overview() : commandHelp(topic);
}

function overview(): string {
  const width = Math.max(...Object.keys(summaries).map((name) => name.length)) + 2;
  const rows = Object.entries(summaries).map(([name, summary]) => `  ${name.padEnd(width)}${summary}`);
  return [
    'A real Kubernetes cluster on this machine, without containers.',
    '',
    'Usage: npm run cluster -- COMMAND [OPTIONS]',
    '',
    ...rows,
    '',
    '"npm run cluster -- help COMMAND" explains a command.',
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    '',
  ].join('\n');
}

function commandHelp(topic: CommandName): string {
  const own = Object.entries(options).filter(([, option]) => option.commands.includes(topic));
  const left = (name: string, value?: string) => (value === undefined ? name : `${name} ${value}`);
  const width = Math.max(0, ...own.map(([name, { value }]) => left(name, value).length)) + 2;
  const rows = own.map(([name, { value, help }]) => `  ${left(name, value).padEnd(width)}${help}`);
  const tail = topic === 'exec' ? ' -- COMMAND [ARGUMENTS]' : '';
  const head = `Usage: npm run cluster -- ${topic} [OPTIONS]${tail}`;
  const text = [
    head,
    '',
    `${summaries[topic]}.`.replace(/^./, (letter) => letter.toUpperCase()),
    details[topic],
  ];
  return `${[...text, ...(rows.length > 0 ? ['', 'Options:', ...rows] : [])].join('\n')}\n`;
}
