import { z } from 'zod';
import { durationPattern } from '../../../src/api/duration.ts';
import { configSchema } from '../../../src/config/config-schema.ts';
import { shardCount } from '../../../src/runtime/shards/shard-map.ts';

export const valuesSchemaPath = 'charts/understudy/values.schema.json';

type Schema = Record<string, unknown>;

/** What the chart sets itself, so that it cannot be said twice and differently. */
const setByChart = [
  'namespaces',
  'shards',
  'routers',
  'admissionPolicy',
  'kubeconfig',
  'context',
  'http',
  'dashboard',
  'notifications',
  'gates',
];

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const anyMap: Schema = { type: 'object' };
const textMap: Schema = { type: 'object', additionalProperties: text };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const objects = listOf(anyMap);
const label: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' };
const orEmpty = (pattern: string): Schema => ({ type: 'string', pattern: `^(${pattern})?$` });
const port: Schema = { type: 'integer', minimum: 1, maximum: 65535 };
/** As the Prometheus operator takes it. */
const interval: Schema = { type: 'string', pattern: '^[0-9]+(ms|s|m|h)$' };
/** Of the chart's own objects no other key is accepted: a misspelled value is an error with its name. */
const group = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
});

/** The controller's configuration as the values take it, made from the one schema of it. */
function configValues(): Schema {
  const whole = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if ((jsonSchema.type as string) !== 'duration') return;
      jsonSchema.type = 'string';
      jsonSchema.pattern = durationPattern.replaceAll('\\\\', '\\');
    },
  }) as { properties: Record<string, { properties?: Record<string, Schema> }> };
  const properties = Object.fromEntries(
    Object.entries(whole.properties).filter(([key]) => !setByChart.includes(key)),
  );
  const { enabled: _, namespace: __, ...election } = properties['leaderElection']?.properties ?? {};
  return group({ ...properties, leaderElection: group(election) });
}

const dashboardValues = (): Record<string, Schema> => {
  const { properties } = z.toJSONSchema(configSchema.shape.dashboard, { io: 'input' });
  return (properties ?? {}) as Record<string, Schema>;
};

const notificationValues = (): Record<string, Schema> => {
  const { properties } = z.toJSONSchema(configSchema.shape.notifications, { io: 'input' });
  return (properties ?? {}) as Record<string, Schema>;
};

const gateValues = (): Record<string, Schema> => {
  const { properties } = z.toJSONSchema(configSchema.shape.gates, { io: 'input' });
  return (properties ?? {}) as Record<string, Schema>;
};

/** Every value of the chart. Helm refuses an install, an upgrade, a template and a lint with values that it does not allow. */
export function valuesSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of the chart understudy',
    ...group({
      global: anyMap,
      nameOverride: orEmpty('[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?'),
      fullnameOverride: orEmpty('[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?'),
      image: group({
        repository: { type: 'string', minLength: 1 },
        tag: text,
        digest: orEmpty('sha256:[0-9a-f]{64}'),
        pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
      }),
      imagePullSecrets: objects,
      replicas: { type: 'integer', minimum: 1, maximum: 20 },
      shards: { type: 'integer', minimum: 0, maximum: shardCount },
      leaderElection: group({ enabled: flag }),
      watchNamespaces: { ...listOf(label), uniqueItems: true },
      routers: { ...group({ service: flag, gatewayAPI: flag }) },
      config: configValues(),
      extraVolumes: objects,
      extraVolumeMounts: objects,
      extraEnv: objects,
      crds: group({ install: flag }),
      admissionPolicy: group({ enabled: flag }),
      rbac: group({ create: flag }),
      userRoles: group({ create: flag, aggregate: group({ view: flag, edit: flag, admin: flag }) }),
      serviceAccount: group({ create: flag, name: text, annotations: textMap }),
      podAnnotations: textMap,
      podLabels: textMap,
      priorityClassName: text,
      nodeSelector: textMap,
      tolerations: objects,
      affinity: anyMap,
      topologySpreadConstraints: objects,
      terminationGracePeriodSeconds: { type: 'integer', minimum: 1 },
      resources: anyMap,
      podDisruptionBudget: group({
        enabled: flag,
        maxUnavailable: { type: ['integer', 'string'] },
      }),
      networkPolicy: group({ enabled: flag, from: objects, egress: objects }),
      metrics: group({
        port,
        annotations: flag,
        serviceMonitor: group({ enabled: flag, interval, labels: textMap }),
      }),
      dashboard: group(dashboardValues()),
      notifications: group(notificationValues()),
      gates: group(gateValues()),
      alerts: group({ enabled: flag, labels: textMap, runbookUrl: { type: 'string', minLength: 1 } }),
      dashboards: group({ enabled: flag, labels: textMap, annotations: textMap }),
      models: group({
        podMonitor: group({ enabled: flag, port: label, path: text, interval, labels: textMap }),
      }),
    }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
