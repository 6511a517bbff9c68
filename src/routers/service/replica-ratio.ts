import type { LivePods } from '../../domain/traffic/split.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { acknowledgesApex } from '../apex-acknowledgement.ts';
import { apexPortFor, podId, portOfRevision, readApex } from '../apex-view.ts';
import { apexWrites } from '../objects/apex-service.ts';
import { isReadyPod, isTerminating } from '../../kubernetes/pod.ts';
import { isLabelledLive, revisionOfPod } from '../objects/pod.ts';
import type { RouterObjects } from '../router.ts';
import { addLiveLabel, removeLiveLabel } from './live-labels.ts';
import { choosePods } from './pod-choice.ts';

/** What a ratio asks of the pods' labels, going by the live objects. */
interface Ratio {
  asked: readonly LivePods[];
  chosen: KubernetesObject[];
  /** Chosen pods without the label, stable first. */
  unlabelled: KubernetesObject[];
  /** Labelled pods that are neither chosen nor a reserve. */
  surplus: KubernetesObject[];
}

/**
 * The writes towards a ratio of live pods. The apex Service's endpoints are computed by a controller that reads pods and
 * Services independently, so each stage is begun only when the one before is seen in the live objects:
 * labels, then the selector, then, when the endpoints hold every chosen pod, the surplus labels go. Capacity never dips.
 */
export function replicaRatioWrites(live: readonly LivePods[], objects: RouterObjects): ObjectWrite[] {
  const leader = live.find(({ pods }) => pods > 0)?.revision;
  const port = apexPortFor(objects, leader);
  const reachable = live.filter(
    ({ revision }) => portOfRevision(objects, revision).targetPort === port.targetPort,
  );
  const ratio = ratioOf(live, reachable, objects);
  const apex = apexWrites(objects.deployment, { kind: 'live' }, port, objects.apexService);
  return readApex(objects).apex?.kind === 'live'
    ? [...ratio.unlabelled.map(addLiveLabel), ...apex, ...surplusRemovals(ratio, objects)]
    : switchToLive(ratio, apex, objects);
}

function ratioOf(asked: readonly LivePods[], reachable: readonly LivePods[], { pods }: RouterObjects): Ratio {
  const { chosen, reserve } = choosePods(reachable, pods);
  const kept = new Set([...chosen, ...reserve]);
  return {
    asked,
    chosen,
    unlabelled: chosen.filter((pod) => !isLabelledLive(pod)),
    surplus: pods.filter((pod) => isLabelledLive(pod) && !isTerminating(pod) && !kept.has(pod)).sort(byName),
  };
}

/**
 * From a selection by revision to one by label. Nobody may come in with an old label (law 5), and the switch may not
 * leave fewer endpoints than are asked for, or than there are now.
 */
function switchToLive(ratio: Ratio, apex: ObjectWrite[], objects: RouterObjects): ObjectWrite[] {
  const { unlabelled, surplus, chosen } = ratio;
  const labelsAreInert = !objects.apexService || acknowledgesApex(objects).acknowledged;
  if (unlabelled.length > 0 || surplus.length > 0) {
    return [...unlabelled.map(addLiveLabel), ...(labelsAreInert ? surplus.map(removeLiveLabel) : [])];
  }
  const endpointsNow = readApex(objects).slices.filter(({ ready }) => ready).length;
  return chosen.length >= Math.min(podsAsked(ratio), endpointsNow) ? apex : [];
}

/**
 * Labels that go because the ratio does not want them. Of the revisions that it asks for, a ready pod goes only while as
 * many as asked for remain in all.
 */
function surplusRemovals(ratio: Ratio, objects: RouterObjects): ObjectWrite[] {
  const { chosen, surplus, asked } = ratio;
  const held = new Set(readApex(objects).slices.flatMap(({ id, ready }) => (ready ? [id] : [])));
  if (chosen.length === 0 || !chosen.every((pod) => held.has(podId(pod)))) return [];
  const serves = (pod: KubernetesObject) =>
    isReadyPod(pod) && asked.some(({ revision }) => revision === revisionOfPod(pod));
  const serving = surplus.filter(serves);
  const spare = Math.max(0, chosen.length + serving.length - podsAsked(ratio));
  return [...surplus.filter((pod) => !serves(pod)), ...serving.slice(0, spare)].map(removeLiveLabel);
}

const podsAsked = ({ asked }: Ratio): number => asked.reduce((sum, { pods }) => sum + pods, 0);

const byName = (left: KubernetesObject, right: KubernetesObject): number =>
  left.metadata.name < right.metadata.name ? -1 : 1;
