import { isRecord } from '../convert/source-node.ts';

/** What the API server fills in where nobody says anything: in a manifest it only hides what somebody said. */
const podDefaults: Record<string, unknown> = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  terminationGracePeriodSeconds: 30,
};
const containerDefaults: Record<string, unknown> = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const probeDefaults: Record<string, unknown> = {
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};
const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'];

/** The template as somebody would have written it, as far as that can be told. */
export function withoutServerDefaults(template: unknown): unknown {
  if (!isRecord(template) || !isRecord(template['spec'])) return template;
  const { containers, initContainers, ...spec } = pruned(template['spec'], podDefaults);
  return {
    ...template,
    ...(isRecord(template['metadata']) && { metadata: withoutRestart(template['metadata']) }),
    spec: {
      ...(initContainers !== undefined && { initContainers: listOf(initContainers).map(container) }),
      containers: listOf(containers).map(container),
      ...spec,
    },
  };
}

function container(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const fields = pruned(value, containerDefaults);
  for (const probe of probes) {
    const found = fields[probe];
    if (isRecord(found)) fields[probe] = withoutScheme(pruned(found, probeDefaults));
  }
  const { ports, image } = fields;
  if (ports !== undefined)
    fields['ports'] = listOf(ports).map((port) =>
      isRecord(port) ? pruned(port, { protocol: 'TCP' }) : port,
    );
  if (fields['imagePullPolicy'] === defaultPull(String(image))) delete fields['imagePullPolicy'];
  return fields;
}

/** Kubernetes pulls what has no tag, or the tag latest, every time. */
const defaultPull = (image: string): string =>
  !image.includes('@') && (/:latest$/.test(image) || !/:[^/:]+$/.test(image)) ? 'Always' : 'IfNotPresent';

function withoutScheme(probe: Record<string, unknown>): Record<string, unknown> {
  const { httpGet } = probe;
  return isRecord(httpGet) ? { ...probe, httpGet: pruned(httpGet, { scheme: 'HTTP' }) } : probe;
}

function withoutRestart(metadata: Record<string, unknown>): Record<string, unknown> {
  const { annotations, creationTimestamp: _, ...rest } = metadata;
  if (!isRecord(annotations)) return rest;
  const kept = Object.entries(annotations).filter(([key]) => key !== 'kubectl.kubernetes.io/restartedAt');
  return kept.length > 0 ? { ...rest, annotations: Object.fromEntries(kept) } : rest;
}

/** Without fields that have their default, and without empty objects such as `resources: {}`. */
const pruned = (value: Record<string, unknown>, defaults: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).filter(
      ([field, one]) =>
        one !== null &&
        one !== defaults[field] &&
        !(isRecord(one) && Object.keys(one).length === 0 && emptyMeansNothing.has(field)),
    ),
  );
/** An `emptyDir: {}` is something; these are nothing. */
const emptyMeansNothing = new Set(['resources', 'securityContext', 'affinity']);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
