import { z } from 'zod';
import { labelPrefix } from './group.ts';
import { field } from './schema.ts';

/**
 * The part of a pod template that we read. Everything else is kept as it is and checked by the API server's own
 * Deployment validation, so a template goes through unchanged, whatever Kubernetes will add to it.
 */
const ContainerPort = field(
  z.looseObject({
    name: field(z.string().max(15), 'Name by which `service.targetPort` can ask for the port.').optional(),
    containerPort: field(z.int().min(1).max(65535), 'Number of the port on the pod.', { format: 'int32' }),
  }),
  'A port that the container listens on.',
  { preserveUnknownFields: true },
);
export type ContainerPort = z.infer<typeof ContainerPort>;

const ports = () =>
  field(z.array(ContainerPort).max(24), 'Ports that the container listens on.', {
    // A Pod keys them by containerPort and protocol; a key needs a default, and here is a hashed part.
    listType: 'atomic',
    rules: [
      {
        rule: 'self.all(p, !has(p.name) || self.exists_one(q, has(q.name) && q.name == p.name))',
        message: 'ports: two ports of one container have the same name; give each a name of its own',
      },
    ],
  }).optional();

const Container = field(
  z.looseObject({
    name: field(z.string().max(63), 'Name of the container, unique in the pod.'),
    ports: ports(),
  }),
  'A container, as in any pod.',
  { preserveUnknownFields: true },
);

const InitContainer = field(
  z.looseObject({
    name: field(z.string().max(63), 'Name of the container, unique in the pod.'),
    restartPolicy: field(
      z.string().max(16),
      'With `Always` the container is a sidecar, and its ports count as ports of the pod.',
    ).optional(),
    ports: ports(),
  }),
  'A container that runs before the others, or beside them as a sidecar.',
  { preserveUnknownFields: true },
);

const labels = () =>
  field(
    z.record(z.string(), field(z.string().max(63), 'Value of the label.')),
    'Labels of the pods. `understudy.dev/model-deployment` and `understudy.dev/revision` are added to them.',
    {
      maxProperties: 128,
      rules: [
        {
          rule: `self.all(key, !key.startsWith('${labelPrefix}'))`,
          message: `labels: the prefix ${labelPrefix} belongs to the controller, which sets those labels itself`,
        },
      ],
    },
  );

export const PodTemplate = field(
  z.looseObject({
    metadata: field(
      z.looseObject({
        labels: labels().optional(),
        annotations: field(
          z.record(z.string(), field(z.string(), 'Value of the annotation.')),
          'Annotations of the pods.',
        ).optional(),
      }),
      'Labels and annotations of the pods.',
      { preserveUnknownFields: true },
    ).optional(),
    spec: field(
      z.looseObject({
        containers: field(z.array(Container).min(1).max(16), 'Containers of the pods.', {
          listType: 'map',
          listMapKeys: ['name'],
        }),
        initContainers: field(
          z.array(InitContainer).max(16),
          'Containers that run before the others, or beside them as sidecars.',
          { listType: 'map', listMapKeys: ['name'] },
        ).optional(),
        terminationGracePeriodSeconds: field(
          z.int().min(0),
          'How long a pod has to end, in seconds. It is kept in mind when a revision drains.',
          { format: 'int64' },
        ).optional(),
      }),
      'Specification of the pods, as in a Deployment.',
      { preserveUnknownFields: true },
    ),
  }),
  'Pod template, as in a Deployment. It goes through unchanged but for two labels.',
  { preserveUnknownFields: true },
);
export type PodTemplate = z.infer<typeof PodTemplate>;

/** Every port of the pod: those of its containers, then those of its sidecars. */
export function podPorts(template: PodTemplate): ContainerPort[] {
  const { containers, initContainers = [] } = template.spec;
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].flatMap(({ ports = [] }) => ports);
}
