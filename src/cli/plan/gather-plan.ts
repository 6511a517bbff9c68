import { withDefaults, type ResolvedSpec } from '../../api/defaults.ts';
import { apiVersion, labels } from '../../api/group.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelReference, ModelRollout } from '../../api/model-rollout.ts';
import { resolveMetrics } from '../../domain/analysis/resolve-metrics.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { AssumedTraffic } from '../../domain/strategy/gate-forecast.ts';
import { outlookOf, type Present } from '../../domain/strategy/outlook.ts';
import { initialRolloutStatus } from '../../domain/strategy/transitions.ts';
import { toTime } from '../../domain/time.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import type { MetricsSource } from '../../metrics-source/metrics-source.ts';
import { presetsFor, routers, runtimes } from '../../metrics-source/presets/presets.ts';
import { type ArmFigures, armFigures } from '../../replay/arm-figures.ts';
import { isUnknownKind } from '../cluster/cluster-problems.ts';
import { listAllowed } from '../cluster/objects.ts';
import { contentOfSpec, type RememberedRevision, rememberedIn } from '../../presentation/revision-inputs.ts';
import type { Manifest } from '../read-manifest.ts';
import { peakOf, podRequests, podsThroughPlan } from './capacity.ts';
import { changedPaths } from './changed-paths.ts';
import { gatherRoom } from './gather-room.ts';
import { type DryRun, makesPods, type Planned } from './planned.ts';
import { plannedObjects } from './planned-objects.ts';
import { templatesWith } from './cluster-templates.ts';

export interface PlanQuestion {
  traffic: AssumedTraffic | undefined;
  badShare: number;
  scrapeIntervalMs: number;
  source: MetricsSource | undefined;
  nowMs: number;
}

/** Asks cluster and Prometheus all that a plan says; nothing is changed. What may not be seen is left out and named. */
export async function gatherPlan(
  cluster: Cluster,
  namespace: string,
  { deployment, templates: ofFile }: Manifest,
  question: PlanQuestion,
): Promise<Planned> {
  const { name } = deployment.metadata;
  const owned = { namespace, labelSelector: `${labels.modelDeployment}=${name}` };
  const [live, deployments, rolloutObjects, dryRun, templates] = await Promise.all([
    liveModel(cluster, namespace, name),
    listAllowed(cluster, resourceKinds.deployment, owned),
    listAllowed(cluster, resourceKinds.modelRollout, owned),
    dryRunOf(cluster, namespace, deployment),
    templatesWith(cluster, namespace, ofFile),
  ]);
  const kept = rememberedIn(deployments ?? []);
  const resolved = resolveMetrics(deployment.spec, templates);
  const spec = withDefaults(resolved.spec);
  const rollouts = readRollouts(rolloutObjects ?? [], question.nowMs);
  const { revision } = identifyRevision(contentOfSpec(deployment.spec), knownRevisions(kept, live));
  const stable = live?.status?.stable;
  const present: Present = {
    stable: stable?.revision,
    rollbackWindow: spec.rollbackWindow,
    revisions: kept,
    rollouts,
  };
  const outlook = outlookOf(revision, present);
  const figures = await figuresOf(question, { namespace, name, revision, stable: stable?.revision, spec });
  const traffic = question.traffic ?? measuredTraffic(figures, question.badShare);
  const makes = makesPods({ outlook });
  const now = deployments
    ? kept.reduce((sum, { replicas }) => sum + replicas, 0)
    : (stable?.replicas ?? 0) + (live?.status?.candidate?.replicas ?? 0);
  const through = throughOutlook(spec, outlook.kind);
  const peak = peakOf(through);
  const more = makes && peak ? Math.max(0, peak.candidate + peak.stable - now) : 0;
  const each = podRequests(spec.serving.workload.template);
  const { room, unseen } = await gatherRoom(cluster, namespace, each, more);
  return {
    namespace,
    name,
    revision: { revision, model: modelWords(spec.model) },
    stable: stable && { revision: stable.revision, model: modelWords(stable.model) },
    outlook,
    changes: live && changedPaths(live.spec, withStoredDefaults(deployment.spec), 'spec'),
    dryRun,
    problems: resolved.problems.map(({ message }) => message),
    paused: spec.paused,
    spec,
    times: { spec, traffic, intervalMs: spec.analysis.intervalMs ?? question.scrapeIntervalMs },
    objects: plannedObjects({
      ...{ name, revision, outlook, spec },
      stable: stable?.revision,
      number: (rollouts.at(-1)?.spec.number ?? 0) + 1,
      kept: kept.map((one) => one.revision),
      isNew: live === undefined,
    }),
    room: { now, through, each, more, ...room },
    figures,
    unseen: [...(deployments ? [] : ['Deployments: revisions that are kept are not known']), ...unseen],
  };
}

/** The API server stores this one default. */
const withStoredDefaults = (spec: ModelDeployment['spec']) => ({ replicas: 1, ...spec });

/** Who may not see Deployments knows the names in the status, whose content cannot be compared. */
function knownRevisions(kept: readonly RememberedRevision[], live: ModelDeployment | undefined) {
  if (kept.length > 0 || !live) return kept;
  // The spec that is stored has a revision, and the first name of its hash is nearly always its own.
  const own = identifyRevision(contentOfSpec(live.spec), []);
  return [own];
}

function throughOutlook(spec: ResolvedSpec, kind: Planned['outlook']['kind']) {
  if (kind === 'rollout') return podsThroughPlan(spec);
  const { replicas } = spec;
  if (kind === 'firstDeployment') return [{ place: 0, candidate: replicas, stable: 0 }];
  return kind === 'immediateReturn' ? [{ place: 0, candidate: replicas, stable: replicas }] : [];
}

const modelWords = ({ name, version }: ModelReference = {}): string =>
  [name, version].filter((part) => part !== undefined).join(' ');

function readRollouts(objects: readonly KubernetesObject[], nowMs: number): Present['rollouts'] {
  return (objects as unknown as ModelRollout[])
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      spec,
      status: status ?? initialRolloutStatus(toTime(nowMs)),
    }))
    .sort((left, right) => left.spec.number - right.spec.number);
}

async function liveModel(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<ModelDeployment | undefined> {
  try {
    return (await cluster.get(resourceKinds.modelDeployment, {
      namespace,
      name,
    })) as unknown as ModelDeployment;
  } catch (error) {
    if (ClusterError.is(error, 'notFound') && !isUnknownKind(error)) return undefined;
    throw error;
  }
}

/** Asks the API server whether it would take the manifest: schema, rules, admission policies and webhooks. */
async function dryRunOf(cluster: Cluster, namespace: string, deployment: ModelDeployment): Promise<DryRun> {
  const { name, labels: own, annotations } = deployment.metadata;
  const metadata = { name, namespace, ...(own && { labels: own }), ...(annotations && { annotations }) };
  const object = { apiVersion, kind: 'ModelDeployment', metadata, spec: deployment.spec };
  try {
    await cluster.apply(object, { dryRun: true });
    return { kind: 'accepted' };
  } catch (error) {
    // A webhook or a policy refuses with the same status as RBAC, and other words.
    if (ClusterError.is(error, 'forbidden') && /cannot (patch|create) resource/.test(error.message))
      return { kind: 'notAsked' };
    if (ClusterError.is(error, 'invalid', 'forbidden')) return { kind: 'refused', words: error.message };
    throw error;
  }
}

interface Compared {
  namespace: string;
  name: string;
  revision: string;
  stable: string | undefined;
  spec: ResolvedSpec;
}

/** Without a GatewayClass that everybody may read all presets come into question: the series say who counted. */
async function figuresOf(
  { source, nowMs }: PlanQuestion,
  { namespace, name, revision, stable, spec }: Compared,
): Promise<ArmFigures | undefined> {
  if (!source || stable === undefined) return undefined;
  const { preset = 'auto' } = spec.analysis;
  const presets =
    preset === 'auto' && spec.traffic.kind !== 'service'
      ? [...routers, ...runtimes]
      : presetsFor(preset, undefined);
  const arm = (of: string) => ({ revision: of, service: `${name}-${of}`, port: spec.service.port });
  const arms = { namespace, name, candidate: arm(revision), stable: arm(stable) };
  return await armFigures({ source, presets, arms, analysis: spec.analysis, nowMs });
}

const measuredTraffic = (figures: ArmFigures | undefined, badShare: number): AssumedTraffic | undefined =>
  figures?.requestsPerSecond ? { requestsPerSecond: figures.requestsPerSecond, badShare } : undefined;
