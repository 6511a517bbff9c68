import { defaults, type ResolvedSpec } from '../api/defaults.ts';
import { parseDuration } from '../api/duration.ts';
import { ModelDeploymentSpec } from '../api/model-deployment.ts';
import { carriedOut } from '../domain/actions/recorded.ts';
import type { RevisionIdentity } from '../domain/revision/revision-hash.ts';
import type { ActionView, RevisionView, RolloutView } from '../domain/world.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { liveTraffic } from '../routers/gateway-api/live-traffic.ts';
import type { RouterObjects } from '../routers/router.ts';

/**
 * What a pass goes by while the stored spec breaks the rules of the API. Nothing of what takes traffic back needs the spec (law 5): plan
 * and analysis are in the newest record, and where requests come from is in the live objects. So what runs stands still but for
 * that, what has ended is brought to its end, also by who comes after a crash (law 12), and all else waits until the spec is mended.
 */

/** What the caches show beside the spec. */
export interface Known {
  views: readonly RevisionView[];
  rollout: RolloutView;
  objects: Pick<RouterObjects, 'apexService' | 'revisionServices' | 'httpRoute' | 'previewRoute'>;
}

/** In place of the spec: what the newest rollout said when it began. Of the spec itself only numbers that are valid by themselves are read. */
export function standInSpec(object: KubernetesObject, { views, rollout, objects }: Known): ResolvedSpec {
  const { plan, analysis, gates = [], to } = rollout.spec;
  const { shape } = ModelDeploymentSpec;
  const replicas = shape.replicas.safeParse(object['spec']?.replicas).data;
  const drain = shape.drain.safeParse(object['spec']?.drain).data;
  const { port, targetPort } = livePort(objects);
  return {
    replicas: replicas ?? liveReplicas(views, rollout),
    paused: false,
    // Nothing is tidied away by what nobody has said.
    revisionHistoryLimit: Number.MAX_SAFE_INTEGER,
    rollbackWindow: defaults.rollbackWindow,
    model: to.model ?? {},
    serving: { workload: { template: { spec: { containers: [] } } } },
    service: { port, targetPort },
    progressDeadlineMs: plan.progressDeadlineMs,
    drainMs: parseDuration(drain ?? defaults.drain),
    readiness: { percent: plan.readinessPercent },
    traffic: liveTraffic({ deployment: { uid: object.metadata.uid ?? '' }, ...objects }),
    plan: { strategy: 'canary', end: 'promote', stableScale: 'keep', holdBack: 0, ...plan },
    analysis,
    gates,
  };
}

/** What the spec asked for when the newest rollout began: no other wish is read out of what cannot be read. */
export function standInTarget({
  views,
  rollout: { spec },
}: Pick<Known, 'views' | 'rollout'>): RevisionIdentity {
  const revision = spec.insteadOf ?? spec.to.revision;
  const view = views.find((one) => one.revision === revision);
  // Nothing is made of it: who is to be kept is there, with its own content on it.
  return {
    revision,
    hashVersion: view?.hashVersion ?? 0,
    fullHash: view?.fullHash ?? '',
    canonicalInput: '',
  };
}

/** Whether an action ends the rollout, or has, and asks for nothing beyond. All others wait for a spec that can be followed. */
export function endsRollout({ uid, spec: { verb, revision } }: ActionView, rollout: RolloutView): boolean {
  if (verb === 'abort') return true;
  if (verb !== 'rollback' || (revision !== undefined && revision !== rollout.spec.from.revision))
    return false;
  return rollout.status.phase !== 'Ended' || carriedOut([rollout], uid) !== undefined;
}

/** A stable that has shrunk as the candidate grew has to carry what both carry now. */
function liveReplicas(
  views: readonly RevisionView[],
  { spec: { from, to, plan }, status }: RolloutView,
): number {
  const [stable = 0, candidate = 0] = [from, to].map(
    ({ revision }) => views.find((view) => view.revision === revision)?.replicas,
  );
  const follows = plan.stableScale === 'follow' && status.phase !== 'Ended';
  return follows ? stable + candidate : Math.max(stable, candidate);
}

function livePort({
  apexService,
  revisionServices,
}: Known['objects']): Pick<ResolvedSpec['service'], 'port' | 'targetPort'> {
  const [port] = [apexService, ...revisionServices].flatMap((service) => service?.['spec']?.ports ?? []);
  return port ?? { port: defaults.servicePort, targetPort: defaults.targetPortName };
}
