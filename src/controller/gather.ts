import { type ResolvedSpec, withDefaults } from '../api/defaults.ts';
import type { NotificationsConfig, RoutersConfig } from '../config/controller-config.ts';
import type { ModelDeployment, ModelDeploymentSpec } from '../api/model-deployment.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { InvalidModelDeploymentError, parseModelDeployment } from '../api/validation/parse-object.ts';
import { restartsIn } from '../domain/actions/refusals.ts';
import { type MetricProblem, resolveMetrics, type Templates } from '../domain/analysis/resolve-metrics.ts';
import { nextEvictions } from '../domain/actions/run-restarts.ts';
import {
  type Hashed,
  hashRevision,
  identifyRevision,
  type RevisionIdentity,
} from '../domain/revision/revision-hash.ts';
import { clip, longestMessage } from '../domain/words.ts';
import type { ActionView, RevisionView, RolloutView, World } from '../domain/world.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { GateAsker } from '../gates/gate-asker.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { type Target, targetsOf } from '../notifications/target.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Router, RouterObjects } from '../routers/router.ts';
import { routerFor } from '../routers/router-factory.ts';
import { heldBySwitch } from './router-switch.ts';
import { previewName, revisionOfObjectName } from '../routers/objects/labels.ts';
import { isOwnedBy } from '../routers/objects/owner-reference.ts';
import type { BirthCheck } from './birth-check.ts';
import type { EvictionCheck } from './eviction-check.ts';
import type { ClusterCache, OwnedObjects } from './cache/cluster-cache.ts';
import type { ForeignObjects } from './foreign-objects.ts';
import { gatherGates } from './outside-gates.ts';
import { gatewayFacts } from './gateway-facts.ts';
import { readRevision } from './objects/read-revision.ts';
import { revisionObjects } from './objects/revision-objects.ts';
import type { RevisionObjects } from './objects/revision-writes.ts';
import { readRollout } from './objects/model-rollout.ts';
import { type ActionTrust, readActions } from './objects/rollout-action.ts';
import type { Measurements } from './measurements.ts';
import type { RecordCheck } from './record-check.ts';
import { endsRollout, type Known, standInSpec, standInTarget } from './stand-in.ts';
import { templatesFor } from './metric-templates.ts';
import type { TargetCheck } from './target-check.ts';

/** What a pass works on: the world that is decided on, and the live objects that the decision is compared with. */
export interface Gathered {
  /** The ModelDeployment as it is stored. */
  object: KubernetesObject;
  world: World;
  router: Router;
  routerObjects: RouterObjects;
  /** The live objects of each revision, by its name. */
  revisions: Map<string, RevisionObjects>;
  /** The live ModelRollouts, by name. */
  rollouts: Map<string, KubernetesObject>;
  /** The live RolloutActions about it, by name. */
  actions: Map<string, KubernetesObject>;
  /** Who is told of its rollouts; absent where nobody can say. */
  targets?: Target[];
}

export interface GatherDependencies {
  cache: ClusterCache;
  clock: Clock;
  birthCheck: BirthCheck;
  evictionCheck: EvictionCheck;
  foreignObjects: ForeignObjects;
  measurements: Measurements;
  recordCheck: RecordCheck;
  targetCheck: TargetCheck;
  actionTrust: ActionTrust;
  routers: RoutersConfig;
  /** Absent: nobody is told of anything. */
  notifier?: Notifier;
  notifications: NotificationsConfig;
  gates: GateAsker;
}

/**
 * All reads of a pass, in one place: the caches, and from the network only what they cannot know. Returns undefined for a
 * ModelDeployment that is gone; throws `InvalidModelDeploymentError` for one that breaks the rules of the API and has no record.
 */
export async function gather(key: string, dependencies: GatherDependencies): Promise<Gathered | undefined> {
  const { cache, clock, birthCheck, evictionCheck, foreignObjects } = dependencies;
  const { measurements, recordCheck, targetCheck, actionTrust, routers } = dependencies;
  const object = cache.modelDeployment(key);
  if (!object) return undefined;
  const { metadata } = object;
  const status = object['status'] as ModelDeploymentStatus | undefined;
  const owner = { namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? '' };
  const owned = ownedBy(cache.owned(key), owner.uid);

  const revisions = revisionObjects(owner.name, owned);
  const views = [...revisions.values()]
    .map(
      ({ deployment, ...services }) =>
        deployment && readRevision(deployment, owned.endpointSlices, owned.pods, services),
    )
    .filter((view) => view !== undefined);
  const rollouts = new Map(owned.modelRollouts.map((rollout) => [rollout.metadata.name, rollout]));
  await recordCheck.requireSeen(owner, status, rollouts);
  const actions = new Map(cache.actions(key).map((action) => [action.metadata.name, action]));
  await targetCheck.requireSeen(key, owner.uid, [...actions.values()]);

  const nowMs = clock.now();
  const records = owned.modelRollouts
    .map((rollout) => readRollout(rollout, nowMs))
    .sort((left, right) => left.spec.number - right.spec.number);
  const previewKey = previewName(key);
  const live = {
    apexService: find(owned.services, owner.name) ?? foreignObjects.service(key),
    revisionServices: owned.services.filter(
      ({ metadata: { name } }) => revisionOfObjectName(owner.name, name) !== undefined,
    ),
    httpRoute: find(owned.httpRoutes, owner.name) ?? foreignObjects.httpRoute(key),
    previewService: find(owned.services, previewName(owner.name)) ?? foreignObjects.service(previewKey),
    previewRoute: find(owned.httpRoutes, previewName(owner.name)) ?? foreignObjects.httpRoute(previewKey),
    endpointSlices: owned.endpointSlices,
    pods: owned.pods,
    gatewayAPIInstalled: !cache.kinds.httpRoutes.absent,
  };
  const templates = templatesFor(cache, owner.namespace);
  const asked = askedFor(object, { views, newest: records.at(-1), live, templates });
  const { spec, target, invalidSpec, metricProblem, hears } = asked;
  const routerObjects: RouterObjects = {
    deployment: { ...owner, spec },
    ...live,
    gateways: gatewayFacts(cache, owner.namespace, spec.traffic),
  };
  const router = routerFor(spec.traffic);
  const world: World = {
    nowMs,
    deployment: {
      namespace: owner.namespace,
      name: owner.name,
      uid: owner.uid,
      generation: metadata.generation ?? 0,
      deleting: metadata.deletionTimestamp !== undefined,
      spec,
      status,
      ...(invalidSpec !== undefined && { invalidSpec }),
      ...(metricProblem && { metricProblem }),
    },
    target,
    revisions: views,
    unborn: [...revisions].filter(([, { deployment }]) => !deployment).map(([revision]) => revision),
    rollouts: records,
    actions: readActions([...actions.values()], owner, actionTrust).filter(hears),
    traffic: heldBySwitch(router.read(routerObjects), spec.traffic.kind, routers),
    analysis: measurements.unasked(spec),
    birthRefused: undefined,
    evictionRefused: {},
  };
  if (invalidSpec === undefined && !revisions.get(target.revision)?.deployment) {
    world.birthRefused = await birthCheck.refusal({ owner, spec, identity: target });
  }
  const next = new Set(nextEvictions(world, restartsIn(world)));
  world.evictionRefused = await evictionCheck.refusals(
    owned.pods.filter(({ metadata }) => next.has(metadata.uid ?? '')),
  );
  world.analysis = measurements.gather(key, world, spec);
  world.gates = gatherGates(key, world, dependencies.gates);
  const targets = invalidSpec === undefined ? toldTargets(object, dependencies) : undefined;
  if (targets) world.targets = dependencies.notifier?.views(key, owner.uid, targets);
  return { object, world, router, routerObjects, revisions, rollouts, actions, ...(targets && { targets }) };
}

/** Who is told of the rollouts of an object whose spec was judged. */
function toldTargets(
  object: KubernetesObject,
  { notifier, notifications }: GatherDependencies,
): Target[] | undefined {
  if (!notifier) return undefined;
  const { namespace = '', labels = {} } = object.metadata;
  const spec = object['spec'] as ModelDeploymentSpec;
  return targetsOf({ namespace, labels, notifications: spec.notifications ?? [] }, notifications);
}

/** What a pass is to bring about, and which actions it hears. */
interface AskedFor {
  spec: ResolvedSpec;
  target: RevisionIdentity;
  invalidSpec?: string;
  metricProblem?: MetricProblem;
  hears: (action: ActionView) => boolean;
}

interface AskedOf {
  views: RevisionView[];
  newest: RolloutView | undefined;
  live: Known['objects'];
  templates: Templates;
}

/** What the spec says; or, of one that breaks the rules, what the newest record has instead. */
function askedFor(object: KubernetesObject, { views, newest, live, templates }: AskedOf): AskedFor {
  try {
    const { spec } = accepted(object);
    const resolved = resolveMetrics(spec, templates);
    const [problem] = resolved.problems;
    const message = resolved.problems.map(({ message }) => message).join(' | ');
    return {
      spec: withDefaults(resolved.spec),
      ...(problem && { metricProblem: { ...problem, message: clip(message, longestMessage) } }),
      target: identifyRevision(spec, views, hashesOf(spec)),
      hears: () => true,
    };
  } catch (error) {
    if (!(error instanceof InvalidModelDeploymentError) || newest === undefined) throw error;
    const known = { views, rollout: newest, objects: live };
    return {
      spec: standInSpec(object, known),
      target: standInTarget(known),
      invalidSpec: error.message,
      hears: (action) => endsRollout(action, newest),
    };
  }
}

const judged = new WeakMap<object, string>();

/**
 * The object, which was judged. The cache keeps the very same spec while nothing changes, so each one is judged once; by its name
 * too, since there is a rule about that.
 */
function accepted(object: KubernetesObject): ModelDeployment {
  const spec = object['spec'] as object | undefined;
  if (spec && judged.get(spec) === object.metadata.name) return object as unknown as ModelDeployment;
  const modelDeployment = parseModelDeployment(object);
  judged.set(modelDeployment.spec, modelDeployment.metadata.name);
  return modelDeployment;
}

const hashed = new WeakMap<object, Map<number, Hashed>>();

/** The hashes of a spec, each computed once for as long as the cache keeps that very spec. */
function hashesOf(spec: ModelDeployment['spec']): (version: number) => Hashed {
  let hashes = hashed.get(spec);
  if (!hashes) hashed.set(spec, (hashes = new Map<number, Hashed>()));
  return (version) => {
    const known = hashes.get(version) ?? hashRevision(spec, version);
    hashes.set(version, known);
    return known;
  };
}

/** A label is no proof: an object of an earlier ModelDeployment of this name may still be on its way out. */
function ownedBy(objects: OwnedObjects, uid: string): OwnedObjects {
  const mine = (list: KubernetesObject[]) => list.filter((object) => isOwnedBy(object, { uid }));
  return {
    modelRollouts: mine(objects.modelRollouts),
    deployments: mine(objects.deployments),
    services: mine(objects.services),
    httpRoutes: mine(objects.httpRoutes),
    // These belong to our Services and Deployments, not to us.
    endpointSlices: objects.endpointSlices,
    pods: objects.pods,
  };
}

const find = (objects: readonly KubernetesObject[], name: string) =>
  objects.find(({ metadata }) => metadata.name === name && !metadata.deletionTimestamp);
