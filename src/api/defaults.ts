import { parseDuration } from './duration.ts';
import { type PlannedGate, resolveGate } from './gate.ts';
import type { Model, ModelDeploymentSpec } from './model-deployment.ts';
import type { RolloutAnalysis } from './model-rollout.ts';
import { resolveStrategy, type StrategyPlan } from './plan-defaults.ts';
import { type PodTemplate, podPorts } from './pod-template.ts';
import { inlined, resolveMetric } from './step-defaults.ts';

/** What a field means when a spec leaves it out. Nothing of this is stored, and nothing of it is hashed. */
export const defaults = {
  replicas: 1,
  paused: false,
  revisionHistoryLimit: 5,
  rollbackWindow: 3,
  progressDeadline: '10m',
  drain: '60s',
  readinessPercent: 100,
  servicePort: 80,
  targetPortName: 'http',
  source: 'default',
  preset: 'auto',
  minRequests: 100,
  falseRollback: 0.01,
  falsePromotion: 0.05,
  onInconclusive: 'pause',
  onNoData: 'hold',
  noDataFor: '10m',
  parentGroup: 'gateway.networking.k8s.io',
  parentKind: 'Gateway',
  pathType: 'PathPrefix',
  pathValue: '/',
} as const;

export interface ResolvedParentReference {
  group: string;
  kind: string;
  /** Absent: the namespace of the ModelDeployment. */
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

export interface ResolvedRouteMatch {
  path: { type: 'PathPrefix' | 'Exact' | 'RegularExpression'; value: string };
  method?: string;
}

export type ResolvedTraffic =
  | { kind: 'service' }
  | {
      kind: 'gatewayAPI';
      parentRefs: ResolvedParentReference[];
      hostnames: string[];
      /** At least one. */
      matches: ResolvedRouteMatch[];
      /** Host names of the preview route; empty: there is none. */
      previewHostnames: string[];
    };

/** A spec that leaves nothing open; durations are milliseconds. */
export interface ResolvedSpec {
  replicas: number;
  paused: boolean;
  revisionHistoryLimit: number;
  rollbackWindow: number;
  model: Model;
  serving: { workload: { template: PodTemplate } };
  service: { port: number; targetPort: string | number; appProtocol?: string };
  progressDeadlineMs: number;
  drainMs: number;
  readiness: { percent: number };
  traffic: ResolvedTraffic;
  /** What the strategy makes of the way to a new revision. */
  plan: StrategyPlan;
  /** With the metrics that the strategy names. */
  analysis: RolloutAnalysis;
  gates: PlannedGate[];
}

/** Fills in what a spec leaves out. The spec must have passed `parseModelDeployment`. */
export function withDefaults(spec: ModelDeploymentSpec): ResolvedSpec {
  const { appProtocol, port } = spec.service ?? {};
  const analysis = resolveAnalysis(spec.analysis);
  const { plan, metrics } = resolveStrategy(spec.strategy, analysis);
  return {
    replicas: spec.replicas ?? defaults.replicas,
    paused: spec.paused ?? defaults.paused,
    revisionHistoryLimit: spec.revisionHistoryLimit ?? defaults.revisionHistoryLimit,
    rollbackWindow: spec.rollbackWindow ?? defaults.rollbackWindow,
    model: spec.model ?? {},
    serving: spec.serving,
    service: {
      port: port ?? defaults.servicePort,
      targetPort: targetPortOf(spec),
      ...(appProtocol !== undefined ? { appProtocol } : {}),
    },
    progressDeadlineMs: parseDuration(spec.progressDeadline ?? defaults.progressDeadline),
    drainMs: parseDuration(spec.drain ?? defaults.drain),
    readiness: { percent: spec.readiness?.percent ?? defaults.readinessPercent },
    traffic: resolveTraffic(spec.traffic),
    plan,
    analysis: { ...analysis, metrics: [...analysis.metrics, ...metrics] },
    gates: (spec.gates ?? []).map(resolveGate),
  };
}

/** The port that the Services send requests to: as asked, else the port named http, else the only port. */
export function targetPortOf({
  service,
  serving,
}: Pick<ModelDeploymentSpec, 'service' | 'serving'>): string | number {
  if (service?.targetPort !== undefined) return service.targetPort;
  const ports = podPorts(serving.workload.template);
  const port = ports.find(({ name }) => name === defaults.targetPortName) ?? ports[0];
  // By name where there is one: a later revision of the same Service name may listen on another number.
  return port?.name ?? port?.containerPort ?? defaults.targetPortName;
}

/** The analysis of a spec with all defaults filled in, as the plan of a rollout has it. */
export function resolveAnalysis(analysis: ModelDeploymentSpec['analysis'] = {}): RolloutAnalysis {
  return {
    source: analysis.source ?? defaults.source,
    preset: analysis.preset ?? defaults.preset,
    ...(analysis.interval === undefined ? {} : { intervalMs: parseDuration(analysis.interval) }),
    minRequests: analysis.minRequests ?? defaults.minRequests,
    ...(analysis.warmUp === undefined ? {} : { warmUpMs: parseDuration(analysis.warmUp) }),
    falseRollback: analysis.falseRollback ?? defaults.falseRollback,
    falsePromotion: analysis.falsePromotion ?? defaults.falsePromotion,
    metrics: inlined(analysis.metrics ?? []).map(resolveMetric),
    onInconclusive: analysis.onInconclusive ?? defaults.onInconclusive,
    onNoData: analysis.onNoData ?? defaults.onNoData,
    noDataForMs: parseDuration(analysis.noDataFor ?? defaults.noDataFor),
  };
}

function resolveTraffic(traffic: ModelDeploymentSpec['traffic']): ResolvedTraffic {
  const gateway = traffic?.gatewayAPI;
  if (!gateway) return { kind: 'service' };
  return {
    kind: 'gatewayAPI',
    parentRefs: gateway.parentRefs.map((parent) => ({
      ...parent,
      group: parent.group ?? defaults.parentGroup,
      kind: parent.kind ?? defaults.parentKind,
    })),
    hostnames: gateway.hostnames ?? [],
    matches: (gateway.matches?.length ? gateway.matches : [{}]).map(({ path, method }) => ({
      path: { type: path?.type ?? defaults.pathType, value: path?.value ?? defaults.pathValue },
      ...(method === undefined ? {} : { method }),
    })),
    previewHostnames: gateway.preview?.hostnames ?? [],
  };
}
