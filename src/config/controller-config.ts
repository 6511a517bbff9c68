import type { NoticeKind, NotificationType } from '../api/notification.ts';

/**
 * The controller's configuration, as the rest of the program sees it: complete, checked, and with durations in
 * milliseconds. `load-config.ts` makes it; nothing else reads flags, environment or files of ours.
 */
export interface ControllerConfig {
  /** The namespaces that are looked at; empty for all of them. */
  readonly namespaces: readonly string[];
  /** How many objects are reconciled side by side. */
  readonly workers: number;
  /** How many of the 64 shards this process claims; 0: one process leads everything. */
  readonly shards: number;
  /** How long a stop may take until what still runs is given up. */
  readonly shutdownGraceMs: number;
  /** A kubeconfig file; absent: KUBECONFIG, ~/.kube/config, or the pod's service account. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig; absent: its current one. */
  readonly context?: string;
  /** The admission policy for RolloutActions is installed: `spec.requestedBy` of each of them is true. */
  readonly admissionPolicy: boolean;
  readonly apiServer: ApiServerConfig;
  readonly routers: RoutersConfig;
  readonly leaderElection: LeaderElectionConfig;
  readonly http: HttpConfig;
  readonly dashboard: DashboardConfig;
  readonly notifications: NotificationsConfig;
  readonly gates: GatesConfig;
  readonly logging: LoggingConfig;
  readonly tracing: TracingConfig;
  /** The metrics backends that a ModelDeployment may name. */
  readonly sources: readonly MetricsSourceConfig[];
}

/** How many requests passes may send to the API server. */
export interface ApiServerConfig {
  readonly requestsPerSecond: number;
  /** How many may go at once after a quiet time. */
  readonly burst: number;
}

/** Which routers may be used, by their names in `spec.traffic`: only of those the controller needs the rights. */
export interface RoutersConfig {
  readonly service: boolean;
  readonly gatewayAPI: boolean;
}

export interface LeaderElectionConfig {
  /** False: this process leads without asking. For a single process only. */
  readonly enabled: boolean;
  /** Where the Lease lies; absent: the namespace of the pod or of the kubeconfig's context. */
  readonly namespace?: string;
  readonly name: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** Where /healthz, /readyz and /metrics are served. */
export interface HttpConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** What people without a token see. */
export const anonymousSights = ['none', 'readOnly'] as const;

/** The page for people, and its API. */
export interface DashboardConfig {
  readonly enabled: boolean;
  readonly anonymous: (typeof anonymousSights)[number];
  /** What stands before its paths where a proxy leaves it there; empty: nothing. */
  readonly basePath: string;
  /** Where people open it: notifications link there. */
  readonly url?: string;
}

/** What `spec.gates` may ask. */
export interface GatesConfig {
  /** Which hosts webhooks may lie on, as `AllowedHosts` takes them. */
  readonly allowedHosts: readonly string[];
  /** Whether Jobs may be run. */
  readonly jobs: boolean;
}

/** Who is told of rollouts. */
export interface NotificationsConfig {
  /** Whether `spec.notifications` is followed: the controller reads the Secrets that it names. */
  readonly enabled: boolean;
  /** Which hosts may be called, as `AllowedHosts` takes them. */
  readonly allowedHosts: readonly string[];
  /** Those who are told of the rollouts of many. Their secrets are files. */
  readonly targets: readonly NotificationTargetConfig[];
}

export interface NotificationTargetConfig {
  readonly name: string;
  readonly type: NotificationType;
  readonly events?: readonly NoticeKind[];
  readonly text?: string;
  readonly url?: string;
  readonly repository?: string;
  readonly context?: string;
  readonly to?: readonly string[];
  /** A folder of files, one for each key. */
  readonly secretDirectory?: string;
  /** Only ModelDeployments of these namespaces; empty: of all. */
  readonly namespaces: readonly string[];
  /** Only those with all of these labels, as `key=value`. */
  readonly labels: readonly string[];
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LoggingConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

/** OpenTelemetry traces of passes. */
export interface TracingConfig {
  /** The whole address of an OTLP receiver over HTTP; absent: no traces. */
  readonly endpoint?: string;
  /** The share of passes that is traced, 0 to 1. */
  readonly sampleRatio: number;
}

/** One metrics backend. Its secrets are files, which are read when they are needed. */
export interface MetricsSourceConfig {
  readonly name: string;
  readonly url: string;
  readonly scrapeIntervalMs: number;
  readonly timeoutMs: number;
  readonly bearerTokenFile?: string;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string };
  readonly tls?: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    readonly serverName?: string;
    readonly insecureSkipVerify?: boolean;
  };
}

/** Under this token the configuration is injected. */
export const CONTROLLER_CONFIG = Symbol('ControllerConfig');
