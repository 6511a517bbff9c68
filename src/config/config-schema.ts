import { z } from 'zod';
import { formatDuration, parseDuration } from '../api/duration.ts';
import {
  anonymousSights,
  logFormats,
  logLevels,
  type ControllerConfig,
  type MetricsSourceConfig,
} from './controller-config.ts';
import { gatesSchema } from './gates-schema.ts';
import { notificationsSchema } from './notifications-schema.ts';
import { redactUrl } from './redact.ts';

/**
 * The configuration as people write it: names without units, durations as text ("15s"). The one description of every
 * setting, from which flags, variables, messages and the reference page are made.
 */
const text = () => z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' });
const file = (what: string) =>
  text().describe(`Path of the file with ${what}. It is read again when it changes.`);

/** A Go-like duration within bounds. Stays text here, so that the schema's shape is the file's shape. */
const duration = (minMs: number, maxMs = 24 * 3_600_000) => {
  const accepted = `a duration such as "500ms", "15s" or "1m30s", from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  return z
    .string({ error: accepted })
    .refine((value) => isDuration(value) && parseDuration(value) >= minMs && parseDuration(value) <= maxMs, {
      error: accepted,
    })
    .meta({ type: 'duration' });
};

const integer = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** A part of a whole. */
const ratio = () => {
  const error = 'a number from 0 to 1';
  return z.number({ error }).min(0, { error }).max(1, { error }).meta({ type: 'number' });
};

const dnsLabel = () => {
  const error = 'at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends';
  return z.string({ error }).regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error });
};

const flag = () => z.boolean({ error: 'true or false' });

const sourceUrl = () => {
  const error = 'an http or https address without user, password, query and fragment';
  return z.string({ error }).refine(isSourceUrl, { error });
};

const basePathError = 'a path such as "/understudy", without a slash at its end, or nothing';

const tlsSchema = z
  .strictObject({
    caFile: file('the certificate authority of the server, as PEM').optional(),
    certFile: file('the client certificate, as PEM; needs keyFile').optional(),
    keyFile: file("the client certificate's key, as PEM; needs certFile").optional(),
    serverName: text()
      .describe("The name that the server's certificate must hold, when it is not the address's.")
      .optional(),
    insecureSkipVerify: flag().describe('Believe any certificate. For tests only.').default(false),
  })
  .refine((tls) => (tls.certFile === undefined) === (tls.keyFile === undefined), {
    error: 'certFile and keyFile together, or neither',
  });

const sourceSchema = z
  .strictObject({
    name: dnsLabel().describe("The name by which a ModelDeployment's `analysis.source` asks for it; unique."),
    url: sourceUrl().describe("Where Prometheus' HTTP API begins; what comes before `/api/v1` is kept."),
    scrapeInterval: duration(100, 3_600_000)
      .describe('How often the backend scrapes the gateway: nothing newer can be known.')
      .default('15s'),
    timeout: duration(100, 300_000).describe('How long a query may take.').default('5s'),
    bearerTokenFile: file('a bearer token').optional(),
    basicAuth: z
      .strictObject({ username: text().describe('The user.'), passwordFile: file('the password') })
      .describe('User and password. Not together with bearerTokenFile.')
      .optional(),
    tls: tlsSchema.describe('For an https address.').optional(),
  })
  .refine((source) => source.bearerTokenFile === undefined || source.basicAuth === undefined, {
    error: 'bearerTokenFile or basicAuth, not both',
  });

const leaderElectionSchema = z
  .strictObject({
    enabled: flag()
      .describe('Ask for leadership before writing. False only where one process is certain.')
      .default(true),
    namespace: dnsLabel()
      .describe("Where the Lease lies. Default: the namespace of the pod, or of the kubeconfig's context.")
      .optional(),
    name: dnsLabel().describe('The name of the Lease.').default('understudy'),
    leaseDuration: duration(1000, 3_600_000)
      .describe('How long the others wait for a sign of life of the leader; whole seconds.')
      .default('15s'),
    renewDeadline: duration(100, 3_600_000)
      .describe('How long the leader writes after its last renewal; less than leaseDuration.')
      .default('10s'),
    retryPeriod: duration(50, 3_600_000)
      .describe('The pause between two tries; with a fifth for chance less than renewDeadline.')
      .default('2s'),
  })
  .superRefine((given, context) => {
    const bad = (key: keyof typeof given, accepted: string) =>
      context.addIssue({ code: 'custom', path: [key], message: accepted, input: given[key] });
    if (![given.leaseDuration, given.renewDeadline, given.retryPeriod].every(isDuration)) return;
    const leaseMs = parseDuration(given.leaseDuration);
    const renewMs = parseDuration(given.renewDeadline);
    if (leaseMs % 1000 !== 0) bad('leaseDuration', 'whole seconds');
    if (renewMs >= leaseMs) bad('renewDeadline', `less than leaseDuration (${given.leaseDuration})`);
    if (parseDuration(given.retryPeriod) * 1.2 >= renewMs) {
      bad('retryPeriod', `less than renewDeadline (${given.renewDeadline}), with a fifth for chance`);
    }
  });

export const configSchema = z
  .strictObject({
    namespaces: z
      .array(dnsLabel(), { error: 'a list of namespaces' })
      .describe('The namespaces that are looked at. Empty: all of them, which needs a ClusterRole.')
      .default([]),
    // A pass mostly waits for the API server: with four of them, a new rollout waited for those of the others (docs/benchmarks/scale.md).
    workers: integer(1, 64).describe('How many ModelDeployments are reconciled side by side.').default(16),
    shards: integer(0, 64)
      .describe(
        'How many of the 64 shards of ModelDeployments this replica claims, so that all replicas work. 0: one of them leads everything.',
      )
      .default(0),
    shutdownGrace: duration(100, 600_000)
      .describe("How long a stop may take; less than the pod's terminationGracePeriodSeconds.")
      .default('25s'),
    kubeconfig: text()
      .describe("A kubeconfig file. Default: KUBECONFIG, ~/.kube/config, or the pod's service account.")
      .optional(),
    context: text().describe('A context of the kubeconfig. Default: its current one.').optional(),
    admissionPolicy: flag()
      .describe(
        'The admission policy for RolloutActions is installed, so that `spec.requestedBy` is true. False: who asks is recorded as unverified.',
      )
      .default(false),
    apiServer: z
      .strictObject({
        requestsPerSecond: integer(1, 10_000)
          .describe('Most requests of passes a second, over a longer time.')
          .default(200),
        burst: integer(1, 100_000).describe('How many may go at once after a quiet time.').default(1000),
      })
      .prefault({})
      .describe(
        'How hard passes may work the API server. Beyond it running rollouts go first, and namespaces take turns. Watches and Leases do not count.',
      ),
    routers: z
      .strictObject({
        service: flag().describe('`traffic.service`: plain Services; labels running pods.').default(true),
        gatewayAPI: flag()
          .describe('`traffic.gatewayAPI`: HTTPRoutes. False: neither they nor Gateways are read.')
          .default(true),
      })
      .prefault({})
      .describe('Which routers a ModelDeployment may ask for. What is off needs no right.'),
    leaderElection: leaderElectionSchema
      .prefault({})
      .describe('The Lease by which one of several processes leads.'),
    http: z
      .strictObject({
        host: text().describe('The address to listen on.').default('0.0.0.0'),
        port: integer(0, 65535).describe('The port; 0 for any free one.').default(8080),
      })
      .prefault({})
      .describe('Where /healthz, /readyz and /metrics are served.'),
    dashboard: z
      .strictObject({
        enabled: flag()
          .describe(
            'Serve the dashboard and its API beside them. People are known by their tokens, so that the right to review tokens and rights is needed.',
          )
          .default(false),
        anonymous: z
          .enum(anonymousSights, { error: `one of ${anonymousSights.join(', ')}` })
          .describe(
            'What people without a token see. `none`: nothing. `readOnly`: everything that is rolled out; they may do nothing.',
          )
          .default('none'),
        basePath: z
          .string({ error: basePathError })
          .regex(/^(\/[-\w.~]+)*$/, { error: basePathError })
          .describe(
            'What stands before its paths where a proxy leaves it there, such as `/understudy`. Not needed where the proxy takes it away.',
          )
          .default(''),
        url: sourceUrl()
          .describe(
            'Where people open it, such as `https://understudy.example.com`. Notifications link there.',
          )
          .optional(),
      })
      .prefault({})
      .describe('The dashboard.'),
    notifications: notificationsSchema.prefault({}).describe('Who is told of rollouts.'),
    gates: gatesSchema.prefault({}).describe('What `spec.gates` may ask.'),
    logging: z
      .strictObject({
        level: z
          .enum(logLevels, { error: `one of ${logLevels.join(', ')}` })
          .describe('The least important line that is written.')
          .default('info'),
        format: z
          .enum(logFormats, { error: `one of ${logFormats.join(', ')}` })
          .describe('`json`: one object a line. `pretty`: for people.')
          .default('json'),
      })
      .prefault({})
      .describe('What is logged, to standard output.'),
    tracing: z
      .strictObject({
        endpoint: sourceUrl()
          .describe(
            'Where spans go, by OTLP over HTTP: the whole address, such as `http://collector.monitoring:4318/v1/traces`. Absent: there are none.',
          )
          .optional(),
        sampleRatio: ratio().describe('The share of passes that is traced, 0 to 1.').default(1),
      })
      .prefault({})
      .describe('OpenTelemetry traces of passes. Off unless there is an endpoint.'),
    sources: z
      .array(sourceSchema, { error: 'a list of sources' })
      .superRefine((sources, context) => {
        const seen = new Set<unknown>();
        sources.forEach(({ name }, index) => {
          if (seen.has(name)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'name'],
              message: 'a name that no other source has',
              input: name,
            });
          }
          seen.add(name);
        });
      })
      .describe('The metrics backends. Without any, gates pass by hold and readiness, and say so.')
      .default([]),
  })
  .refine(({ shards, leaderElection }) => shards === 0 || leaderElection.enabled, {
    path: ['shards'],
    error: '0 where leaderElection.enabled is false',
  });

/** The configuration file's shape, with all defaults filled in. */
export type WrittenConfig = z.output<typeof configSchema>;

/** From what people write to what the program uses. */
export function toControllerConfig(written: WrittenConfig): ControllerConfig {
  const { shutdownGrace, leaderElection, sources, ...rest } = written;
  const { leaseDuration, renewDeadline, retryPeriod, ...election } = leaderElection;
  return {
    ...rest,
    shutdownGraceMs: parseDuration(shutdownGrace),
    leaderElection: {
      ...election,
      leaseDurationMs: parseDuration(leaseDuration),
      renewDeadlineMs: parseDuration(renewDeadline),
      retryPeriodMs: parseDuration(retryPeriod),
    },
    sources: sources.map(({ scrapeInterval, timeout, ...source }): MetricsSourceConfig => ({
      ...source,
      scrapeIntervalMs: parseDuration(scrapeInterval),
      timeoutMs: parseDuration(timeout),
    })),
  };
}

/** The inverse: what a file would have to say. */
export function toWrittenConfig(config: ControllerConfig): WrittenConfig {
  const { shutdownGraceMs, leaderElection, sources, namespaces, notifications, gates, ...rest } = config;
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, ...election } = leaderElection;
  return {
    ...rest,
    namespaces: [...namespaces],
    notifications: structuredClone(notifications) as WrittenConfig['notifications'],
    gates: { ...gates, allowedHosts: [...gates.allowedHosts] },
    shutdownGrace: formatDuration(shutdownGraceMs),
    leaderElection: {
      ...election,
      leaseDuration: formatDuration(leaseDurationMs),
      renewDeadline: formatDuration(renewDeadlineMs),
      retryPeriod: formatDuration(retryPeriodMs),
    },
    sources: sources.map(({ scrapeIntervalMs, timeoutMs, tls, ...source }) => ({
      ...source,
      scrapeInterval: formatDuration(scrapeIntervalMs),
      timeout: formatDuration(timeoutMs),
      ...(tls ? { tls: { ...tls, insecureSkipVerify: tls.insecureSkipVerify ?? false } } : {}),
    })),
  };
}

function isDuration(value: string): boolean {
  try {
    parseDuration(value);
    return true;
  } catch {
    return false;
  }
}

function isSourceUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') && url.hash === '' && redactUrl(value) === value
  );
}
