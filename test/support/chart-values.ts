import type { Values } from './helm.ts';

/** Values as different platform teams would give them: what the chart is linted, rendered and held against the API server with. */
export const valueSets: Record<string, Values> = {
  'no values at all': {},
  'one namespace, and the Gateway API only': {
    watchNamespaces: ['default'],
    routers: { service: false },
  },
  'notifications of specs and of all, and a dashboard to link to': {
    dashboard: { enabled: true, url: 'https://understudy.example.com' },
    notifications: {
      enabled: true,
      allowedHosts: ['hooks.slack.com', 'http://alertmanager.monitoring:9093'],
      targets: [
        {
          name: 'on-call',
          type: 'alertmanager',
          url: 'http://alertmanager.monitoring:9093',
          events: ['RolledBack'],
        },
        { name: 'all', type: 'slack', secretDirectory: '/etc/slack', labels: ['tier=production'] },
      ],
    },
    extraVolumes: [{ name: 'slack', secret: { secretName: 'slack' } }],
    extraVolumeMounts: [{ name: 'slack', mountPath: '/etc/slack', readOnly: true }],
  },
  'Jobs as gates': { gates: { jobs: true } },
  'plain Services only': { routers: { gatewayAPI: false } },
  'monitors of the Prometheus operator, and a closed network': {
    metrics: { serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
    models: { podMonitor: { enabled: true, port: 'metrics', interval: '5s' } },
    networkPolicy: {
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      egress: [{ ports: [{ port: 443 }, { port: 53, protocol: 'UDP' }] }],
    },
  },
  'alerts and dashboards': {
    alerts: {
      enabled: true,
      labels: { release: 'prometheus' },
      runbookUrl: 'https://wiki.example.com/understudy',
    },
    dashboards: { enabled: true, labels: { dashboards: 'grafana' }, annotations: { folder: 'ML' } },
  },
  'one replica with a source by certificate': {
    fullnameOverride: 'models',
    replicas: 1,
    leaderElection: { enabled: false },
    image: { repository: 'registry.example.com/understudy', digest: `sha256:${'0a'.repeat(32)}` },
    imagePullSecrets: [{ name: 'registry' }],
    config: {
      workers: 8,
      logging: { level: 'debug' },
      sources: [
        {
          name: 'default',
          url: 'https://prometheus.monitoring:9090',
          scrapeInterval: '1m30s',
          tls: { caFile: '/etc/prometheus/ca.crt' },
        },
      ],
    },
    extraVolumes: [{ name: 'prometheus', secret: { secretName: 'prometheus' } }],
    extraVolumeMounts: [{ name: 'prometheus', mountPath: '/etc/prometheus', readOnly: true }],
    extraEnv: [{ name: 'UNDERSTUDY_LOGGING_FORMAT', value: 'json' }],
    podLabels: { team: 'ml' },
    podAnnotations: { note: 'x' },
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'infra', operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            preference: { matchExpressions: [{ key: 'pool', operator: 'In', values: ['infra'] }] },
          },
        ],
      },
    },
    topologySpreadConstraints: [
      { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
    ],
  },
  'rights and kinds by somebody else': {
    crds: { install: false },
    rbac: { create: false },
    userRoles: { create: false },
    admissionPolicy: { enabled: false },
    serviceAccount: { create: false, name: 'given' },
    podDisruptionBudget: { enabled: false },
    networkPolicy: { enabled: false },
    metrics: { annotations: false },
  },
};

/** Values that are refused, with what helm has to say of them. */
export const refusedValues: [string, Values, RegExp][] = [
  ['a misspelled value', { replcas: 2 }, /additional properties 'replcas' not allowed/],
  ['a misplaced one', { image: { pulPolicy: 'Always' } }, /at '\/image'.*'pulPolicy' not allowed/],
  [
    'none of the words',
    { image: { pullPolicy: 'Sometimes' } },
    /pullPolicy.*'Always', 'IfNotPresent', 'Never'/,
  ],
  ['no replica', { replicas: 0 }, /at '\/replicas': minimum: got 0, want 1/],
  ['more workers than there can be', { config: { workers: 100 } }, /workers': maximum: got 100, want 64/],
  ['a setting that the controller does not know', { config: { wrkers: 2 } }, /at '\/config'.*'wrkers'/],
  ['namespaces beside watchNamespaces', { config: { namespaces: ['a'] } }, /at '\/config'.*'namespaces'/],
  [
    'a duration without a unit',
    { config: { sources: [{ name: 'default', url: 'http://a', scrapeInterval: '15' }] } },
    /scrapeInterval': '15' does not match pattern/,
  ],
  ['an alert value that is misspelled', { alerts: { enable: true } }, /at '\/alerts'.*'enable' not allowed/],
  ['a source without an address', { config: { sources: [{ name: 'default' }] } }, /missing property 'url'/],
  [
    'two replicas that both write',
    { leaderElection: { enabled: false } },
    /leaderElection\.enabled: found false with replicas: 2; accepted: true, or replicas: 1/,
  ],
  [
    'shards without Leases',
    { shards: 22, replicas: 1, leaderElection: { enabled: false } },
    /shards: found 22 with leaderElection\.enabled: false; accepted: 0/,
  ],
  [
    'no account at all',
    { serviceAccount: { create: false } },
    /serviceAccount\.name: needed where serviceAccount\.create is false/,
  ],
];
