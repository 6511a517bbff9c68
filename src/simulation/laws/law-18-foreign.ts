import { fieldManager, labelPrefix } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { isSame } from '../api-server/json-value.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { Law } from './law.ts';

/** Kinds of which the controller owns whole objects. */
const owned = new Set(['Deployment', 'Service', 'HTTPRoute', 'ModelRollout']);

/** Law 18: the spec belongs to the user, and so does everything that the controller did not make. */
export const leavesTheRestAlone = (): Law => ({ written: ({ write }) => problemOf(write) });

function problemOf(write: AcceptedWrite): string | undefined {
  const { kind, key, verb, previous, object, subresource } = write;
  if (kind === 'Lease' || kind === 'Event') return undefined;
  // An action that is over goes after its time; until then its status is ours, and who owns it.
  if (kind === 'RolloutAction' && verb === 'delete') return undefined;
  if (kind === 'ModelDeployment' || kind === 'RolloutAction') {
    const before = { ...previous, status: undefined, metadata: people(previous) };
    const isStatus = (subresource === 'status' || kind === 'RolloutAction') && verb !== 'delete';
    return isStatus && isSame(before, { ...object, status: undefined, metadata: people(object) })
      ? undefined
      : `law 18: ${verb} ${kind} ${key} changes what belongs to the user`;
  }
  if (kind === 'Pod') {
    return previous && isSame(previous['spec'], object['spec']) && isSame(people(previous), people(object))
      ? undefined
      : `law 18: ${verb} Pod ${key} does more than to set the label of a live pod`;
  }
  if (!owned.has(kind) || !isOurs(object) || (previous && !isOurs(previous)))
    return `law 18: ${verb} ${kind} ${key}, which is none of ours`;
  if (verb === 'delete' || !previous || isSame(people(previous), people(object))) return undefined;
  return `law 18: ${verb} ${kind} ${key} takes away what others wrote into its metadata`;
}

const isOurs = ({ metadata }: KubernetesObject): boolean =>
  (metadata.ownerReferences ?? []).some(
    ({ kind, controller }) => kind === 'ModelDeployment' && controller === true,
  );

/** What people and tools wrote into the metadata. */
function people(object: KubernetesObject | undefined) {
  const theirs = (entries: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(
      Object.entries(entries ?? {}).filter(
        ([name, value]) => !name.startsWith(labelPrefix) && value !== fieldManager,
      ),
    );
  const { name, namespace, labels: marks, annotations, finalizers } = object?.metadata ?? { name: '' };
  return { name, namespace, labels: theirs(marks), annotations: theirs(annotations), finalizers };
}
