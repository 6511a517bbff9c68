import { labels } from '../../api/group.ts';
import { type ApexSelection, sameApex } from '../../domain/traffic/split.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { acknowledgesApex } from '../apex-acknowledgement.ts';
import { apexSelectionOf } from '../objects/apex-service.ts';
import { isTerminating } from '../../kubernetes/pod.ts';
import { isLabelledLive, revisionOfPod } from '../objects/pod.ts';
import type { RouterObjects } from '../router.ts';

/** `/` in a key is written `~1` in a JSON pointer. */
const labelPath = `/metadata/labels/${labels.live.replaceAll('/', '~1')}`;

export const addLiveLabel = (pod: KubernetesObject): ObjectWrite =>
  podPatch(pod, { op: 'add', path: labelPath, value: 'true' });

export const removeLiveLabel = (pod: KubernetesObject): ObjectWrite =>
  podPatch(pod, { op: 'remove', path: labelPath });

/** Pods belong to their ReplicaSet: we change the one label, and only on the pod that was decided on (laws 16 and 18). */
function podPatch(
  pod: KubernetesObject,
  operation: { op: 'add'; path: string; value: string } | { op: 'remove'; path: string },
): ObjectWrite {
  const { namespace = '', name, resourceVersion } = pod.metadata;
  return {
    verb: 'patch',
    kind: resourceKinds.pod,
    name: { namespace, name },
    operations: [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, operation],
  };
}

/**
 * Takes the label from pods that must not be live when a ratio begins the next time: those of every revision but the
 * selected one. Only after the endpoints show that the apex selects by revision, because the endpoints' controller reads
 * pods and Services independently: a label that goes before the new selector is seen would take capacity away. Pods of
 * the selected revision keep theirs for the same reason; it does nothing as long as the apex selects by revision.
 */
export function unneededLabels(apex: ApexSelection, objects: RouterObjects): ObjectWrite[] {
  const live = apexSelectionOf(objects.apexService, objects.deployment.name);
  if (apex.kind !== 'revision' || !sameApex(live, apex)) return [];
  const unneeded = objects.pods.filter(
    (pod) => isLabelledLive(pod) && !isTerminating(pod) && revisionOfPod(pod) !== apex.revision,
  );
  return unneeded.length > 0 && acknowledgesApex(objects).acknowledged ? unneeded.map(removeLiveLabel) : [];
}
