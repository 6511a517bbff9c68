import { type Case, both, container, set, template, withContainers } from './changes.ts';

/** Names, numbers, ports and pod templates. */
export const servingCases: Case[] = [
  {
    title: 'name',
    accept: [set('metadata.name', `a${'b'.repeat(39)}`), set('metadata.name', 'a-1')],
    refuse: [
      {
        change: set('metadata.name', `a${'b'.repeat(40)}`),
        path: 'metadata.name',
        says: 'at most 40 characters',
      },
      { change: set('metadata.name', '1model'), path: 'metadata.name', says: 'start with a letter' },
      { change: set('metadata.name', 'a.b'), path: 'metadata.name', says: 'DNS-1035' },
    ],
  },
  {
    title: 'bounds of numbers',
    accept: [
      set('spec.replicas', 0),
      set('spec.revisionHistoryLimit', 0),
      set('spec.rollbackWindow', 0),
      set('spec.readiness', { percent: 1 }),
      set('spec.readiness', { percent: 100 }),
      set('spec.service', { port: 65535 }),
    ],
    refuse: [
      { change: set('spec.replicas', -1), path: 'spec.replicas' },
      { change: set('spec.replicas', 'three'), path: 'spec.replicas' },
      { change: set('spec.revisionHistoryLimit', -1), path: 'spec.revisionHistoryLimit' },
      { change: set('spec.rollbackWindow', 101), path: 'spec.rollbackWindow' },
      { change: set('spec.readiness', { percent: 0 }), path: 'spec.readiness.percent' },
      { change: set('spec.readiness', { percent: 101 }), path: 'spec.readiness.percent' },
      { change: set('spec.service', { port: 0 }), path: 'spec.service.port' },
      { change: set('spec.analysis', { minRequests: 0 }), path: 'spec.analysis.minRequests' },
    ],
  },
  {
    title: 'target port given',
    accept: [
      set('spec.service', { targetPort: 8080 }),
      both(
        set('spec.service', { targetPort: 'grpc' }),
        withContainers(
          container('a', [{ name: 'http', containerPort: 1 }]),
          container('b', [{ name: 'grpc', containerPort: 2 }]),
        ),
      ),
      both(set('spec.service', { targetPort: 'proxy' }), (m) => {
        template(m).spec.initContainers = [
          { ...container('sidecar', [{ name: 'proxy', containerPort: 9000 }]), restartPolicy: 'Always' },
        ];
      }),
    ],
    refuse: [
      {
        change: set('spec.service', { targetPort: 9 }),
        path: 'spec.service.targetPort',
        says: 'service.targetPort matches no port',
      },
      {
        change: set('spec.service', { targetPort: 'http' }),
        path: 'spec.service.targetPort',
        says: 'matches no port',
      },
      {
        change: both(set('spec.service', { targetPort: 'proxy' }), (m) => {
          template(m).spec.initContainers = [container('setup', [{ name: 'proxy', containerPort: 9000 }])];
        }),
        path: 'spec.service.targetPort',
        says: 'matches no port',
      },
      {
        change: both(
          set('spec.service', { targetPort: 'web' }),
          withContainers(
            container('a', [{ name: 'web', containerPort: 1 }]),
            container('b', [{ name: 'web', containerPort: 2 }]),
          ),
        ),
        path: 'spec.service.targetPort',
        says: 'names a port that several containers have',
      },
      {
        change: set('spec.service', { targetPort: 70000 }),
        path: 'spec.service.targetPort',
        says: 'targetPort must be the name',
      },
      {
        change: set('spec.service', { targetPort: 'Not OK' }),
        path: 'spec.service.targetPort',
        says: 'targetPort must be the name',
      },
    ],
  },
  {
    title: 'target port found',
    accept: [
      withContainers(
        container('a', [
          { name: 'http', containerPort: 1 },
          { name: 'metrics', containerPort: 2 },
        ]),
        container('b'),
      ),
      withContainers(container('a'), container('b', [{ containerPort: 3 }])),
    ],
    refuse: [
      {
        change: withContainers(container('a')),
        path: 'spec.serving.workload.template.spec.containers',
        says: 'service.targetPort is needed',
      },
      {
        change: withContainers(container('a', [{ containerPort: 1 }, { containerPort: 2 }])),
        path: 'spec.serving.workload.template.spec.containers',
        says: 'service.targetPort is needed',
      },
      {
        change: withContainers(
          container('a', [{ name: 'http', containerPort: 1 }]),
          container('b', [{ name: 'http', containerPort: 2 }]),
        ),
        path: 'spec.serving.workload.template.spec.containers',
        says: 'service.targetPort is needed',
      },
    ],
  },
  {
    title: 'appProtocol and digest',
    accept: [
      set('spec.service', { appProtocol: 'kubernetes.io/h2c' }),
      set('spec.model', { digest: `sha256:${'0'.repeat(64)}`, parameters: { threshold: '0.5' } }),
    ],
    refuse: [
      {
        change: set('spec.service', { appProtocol: 'h2c/' }),
        path: 'spec.service.appProtocol',
        says: 'appProtocol must be a name',
      },
      {
        change: set('spec.model', { digest: '0123' }),
        path: 'spec.model.digest',
        says: 'digest must be "algorithm:value"',
      },
      {
        change: set('spec.model', { parameters: { threshold: 0.5 } }),
        path: 'spec.model.parameters.threshold',
      },
    ],
  },
  {
    title: 'pod template',
    accept: [
      (m) => {
        template(m).metadata = {
          labels: { app: 'x', 'example.com/understudy': 'y' },
          annotations: { a: 'b' },
        };
      },
      (m) => {
        template(m).spec.nodeSelector = { gpu: 'yes' };
        template(m).spec.containers[0].resources = { limits: { cpu: 1, memory: '1Gi' } };
        template(m).spec.containers[0].ports[0].protocol = 'TCP';
      },
    ],
    refuse: [
      {
        change: set('spec.serving.workload.template.metadata', {
          labels: { 'understudy.dev/revision': 'x' },
        }),
        path: 'spec.serving.workload.template.metadata.labels',
        says: 'the prefix understudy.dev/ belongs to the controller',
      },
      {
        change: withContainers(
          container('a', [
            { name: 'http', containerPort: 1 },
            { name: 'http', containerPort: 2 },
          ]),
        ),
        path: 'spec.serving.workload.template.spec.containers[0].ports',
        says: 'ports: two ports of one container have the same name',
      },
      { change: withContainers(), path: 'spec.serving.workload.template.spec.containers' },
      { change: set('spec.serving.workload', {}), path: 'spec.serving.workload.template' },
      { change: set('spec.serving', undefined), path: 'spec.serving' },
    ],
  },
];
