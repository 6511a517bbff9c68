import { UsageError } from '../usage-error.ts';

/** Flags of every command that talks to a cluster, as kubectl has them. */
export const clusterFlags = {
  namespace: { type: 'string', short: 'n' },
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  as: { type: 'string' },
  'as-group': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Of commands that look at many ModelDeployments. */
export const manyFlags = { 'all-namespaces': { type: 'boolean', short: 'A' } } as const;

/** Of commands that have more to show than text. */
export const outputFlags = { output: { type: 'string', short: 'o' } } as const;

export const clusterFlagsHelp = `  -n, --namespace NAME  the namespace; default: that of the context, or of the pod
      --context NAME    a context of the kubeconfig; default: its current one
      --kubeconfig FILE the kubeconfig; default: KUBECONFIG, then ~/.kube/config, then the pod's service account
      --as USER         as another user, which needs the right to impersonate
      --as-group GROUP  and in this group; several times for several
  -h, --help            this text`;

/** Which cluster, where in it, and as whom. */
export interface ClusterChoice {
  namespace?: string | undefined;
  context?: string | undefined;
  kubeconfig?: string | undefined;
  as?: string | undefined;
  'as-group'?: string[] | undefined;
}

/** What the flags of a command say of the cluster. */
export function clusterChoiceOf(values: ClusterChoice): ClusterChoice {
  const { namespace, context, kubeconfig, as } = values;
  return { namespace, context, kubeconfig, as, 'as-group': values['as-group'] };
}

export const outputs = ['json', 'yaml', 'name', 'wide'] as const;
export type Output = (typeof outputs)[number];

/** What `-o` asks for, among what the command has; undefined where it is not given. Throws `UsageError`. */
export function outputOf<Accepted extends Output>(
  text: string | undefined,
  accepted: readonly Accepted[] = outputs as readonly Output[] as readonly Accepted[],
): Accepted | undefined {
  if (text === undefined) return undefined;
  const found = accepted.find((one) => one === text);
  if (!found) throw new UsageError(`-o: there is no output "${text}"; accepted: ${accepted.join(', ')}`);
  return found;
}

/** The one name that a command is about. Throws `UsageError`. */
export function oneName(command: string, names: readonly string[]): string {
  const [name, ...more] = names.map(withoutKind);
  if (name !== undefined && more.length === 0) return name;
  const found = name === undefined ? 'none is given' : `found ${names.length}: ${names.join(' ')}`;
  throw new UsageError(`${command} needs the name of one ModelDeployment: ${found}`);
}

/** kubectl writes `modeldeployment.understudy.dev/digits`, and people `md/digits`. */
export function withoutKind(name: string): string {
  const [, kind, rest] = /^([^/]*)\/(.*)$/.exec(name) ?? [];
  if (kind === undefined || rest === undefined) return name;
  if (/^(md|modeldeployments?)(\.understudy\.dev)?$/i.test(kind)) return rest;
  throw new UsageError(`"${name}" is no ModelDeployment; accepted: NAME or md/NAME`);
}
