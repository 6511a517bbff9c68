import type { LivePods } from '../../domain/traffic/split.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { bornAtMs, isReadyPod, isTerminating } from '../../kubernetes/pod.ts';
import { isLabelledLive, revisionOfPod } from '../objects/pod.ts';

/** Which pods should take users' traffic under a replica ratio. */
export interface PodChoice {
  /** Ready pods, in the order of the intent, at most as many of each revision as it asks for. */
  chosen: KubernetesObject[];
  /**
   * Labelled pods that are not ready and that no other pod replaces: they keep their label, so that they serve again by
   * themselves. With the chosen ones they are never more than asked.
   */
  reserve: KubernetesObject[];
}

/**
 * Chooses the pods of each revision: those that are labelled already stay, then the oldest come first, so that the same
 * pods are chosen in every pass. Pods that are being replaced come last, so that each has lost its traffic before it goes
 * (law 4).
 */
export function choosePods(live: readonly LivePods[], pods: readonly KubernetesObject[]): PodChoice {
  const choice: PodChoice = { chosen: [], reserve: [] };
  for (const { revision, pods: asked, replacedBeforeMs = 0 } of live) {
    const isReplaced = (pod: KubernetesObject) => Number(bornAtMs(pod) < replacedBeforeMs);
    const own = pods
      .filter((pod) => revisionOfPod(pod) === revision && !isTerminating(pod))
      .sort((left, right) => isReplaced(left) - isReplaced(right) || byLabelThenAge(left, right));
    const chosen = own.filter(isReadyPod).slice(0, asked);
    const waiting = own.filter((pod) => isLabelledLive(pod) && !isReadyPod(pod));
    choice.chosen.push(...chosen);
    choice.reserve.push(...waiting.slice(0, asked - chosen.length));
  }
  return choice;
}

function byLabelThenAge(left: KubernetesObject, right: KubernetesObject): number {
  return (
    Number(isLabelledLive(right)) - Number(isLabelledLive(left)) ||
    compareText(left.metadata.creationTimestamp ?? '', right.metadata.creationTimestamp ?? '') ||
    compareText(left.metadata.name, right.metadata.name)
  );
}

/** By code unit: timestamps of one format sort by time, and the order is the same on every machine. */
const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
