import { fieldValue, type PodPlace } from './field-reference.ts';
import type { Container, EnvVar, KeySelector, Pod } from './kubernetes-types.ts';

/** Keys of a ConfigMap or Secret as text; undefined where the object does not exist. */
export interface EnvironmentSources {
  configMap(name: string): Record<string, string> | undefined;
  secret(name: string): Record<string, string> | undefined;
}

/** A reference that cannot be resolved: the container waits with `CreateContainerConfigError`. */
export class EnvironmentError extends Error {}

/**
 * The variables of a container in the order of Kubernetes: those that every pod gets (`given`, with the
 * image's own), then `envFrom`, then `env`, where each value may use the ones before it.
 */
export function resolveEnvironment(
  pod: Pod,
  container: Container,
  place: PodPlace,
  given: Record<string, string>,
  sources: EnvironmentSources,
): Record<string, string> {
  const variables = { ...given };
  for (const source of container.envFrom ?? []) {
    const reference = source.configMapRef ?? source.secretRef;
    const kind = source.configMapRef ? 'ConfigMap' : 'Secret';
    const name = reference?.name ?? '';
    const values = source.configMapRef ? sources.configMap(name) : sources.secret(name);
    if (values === undefined && !reference?.optional) {
      throw new EnvironmentError(`envFrom: ${kind} ${pod.metadata.namespace}/${name} does not exist`);
    }
    for (const [key, value] of Object.entries(values ?? {}))
      variables[`${source.prefix ?? ''}${key}`] = value;
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(pod, variable, place, variables, sources);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

function variableValue(
  pod: Pod,
  variable: EnvVar,
  place: PodPlace,
  variables: Record<string, string>,
  sources: EnvironmentSources,
): string | undefined {
  const from = variable.valueFrom;
  if (from === undefined) return expandVariables(variable.value ?? '', variables);
  if (from.fieldRef) {
    try {
      return fieldValue(pod, place, from.fieldRef.fieldPath);
    } catch (error) {
      throw new EnvironmentError(`env ${variable.name}: ${(error as Error).message}`);
    }
  }
  if (from.configMapKeyRef) {
    const values = sources.configMap(from.configMapKeyRef.name ?? '');
    return keyValue(pod, variable.name, 'ConfigMap', from.configMapKeyRef, values);
  }
  if (from.secretKeyRef) {
    return keyValue(
      pod,
      variable.name,
      'Secret',
      from.secretKeyRef,
      sources.secret(from.secretKeyRef.name ?? ''),
    );
  }
  throw new EnvironmentError(
    `env ${variable.name}: valueFrom.${Object.keys(from).join(', ')} is not supported; ` +
      'accepted are fieldRef, configMapKeyRef and secretKeyRef',
  );
}

function keyValue(
  pod: Pod,
  variable: string,
  kind: string,
  selector: KeySelector,
  values: Record<string, string> | undefined,
): string | undefined {
  const value = values?.[selector.key];
  if (value === undefined && !selector.optional) {
    const missing = values === undefined ? 'does not exist' : `has no key ${selector.key}`;
    throw new EnvironmentError(
      `env ${variable}: ${kind} ${pod.metadata.namespace}/${selector.name} ${missing}`,
    );
  }
  return value;
}

/** Replaces `$(NAME)` by its value; an unknown name stays as it is, and `$$` is an escaped `$`. */
export function expandVariables(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(variables, name) ? (variables[name] ?? '') : whole;
  });
}

/** The ConfigMaps and Secrets that a container's environment needs, to be fetched before it is resolved. */
export function referencedObjects(container: Container): { configMaps: string[]; secrets: string[] } {
  const from = container.envFrom ?? [];
  const keys = (container.env ?? []).map((variable) => variable.valueFrom);
  const names = (list: ({ name?: string } | undefined)[]) => [
    ...new Set(list.flatMap((reference) => (reference?.name === undefined ? [] : [reference.name]))),
  ];
  return {
    configMaps: names([...from.map((f) => f.configMapRef), ...keys.map((k) => k?.configMapKeyRef)]),
    secrets: names([...from.map((f) => f.secretRef), ...keys.map((k) => k?.secretKeyRef)]),
  };
}

/** The process to start: `command` replaces the image's command and arguments, `args` only its arguments. */
export function commandLine(
  container: Pick<Container, 'command' | 'args'>,
  image: { command: string[]; args?: string[] },
  variables: Record<string, string>,
): string[] {
  const hasCommand = (container.command?.length ?? 0) > 0;
  const command = hasCommand ? (container.command ?? []) : image.command;
  const imageArgs = hasCommand ? [] : (image.args ?? []);
  const args = (container.args?.length ?? 0) > 0 ? (container.args ?? []) : imageArgs;
  // Only what the pod says is expanded: an image's own command is taken literally, as in Kubernetes.
  const ownArgs = args === imageArgs ? args : args.map((part) => expandVariables(part, variables));
  return [...(hasCommand ? command.map((part) => expandVariables(part, variables)) : command), ...ownArgs];
}
