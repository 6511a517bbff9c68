import type { TrafficProblem } from '../domain/world.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { controllerInWords, isOwnedBy, type Owner } from './objects/owner-reference.ts';

type Conflict = Extract<TrafficProblem['reason'], 'RouteConflict' | 'ServiceConflict'>;

/** An object of somebody else that has a name which we need: it is never touched (law 18), and a person must mend it. */
export function conflictWith(
  live: KubernetesObject | undefined,
  owner: Pick<Owner, 'uid'>,
  reason: Conflict,
): TrafficProblem | undefined {
  if (!live || isOwnedBy(live, owner)) return undefined;
  return {
    reason,
    message:
      `${live.kind} ${live.metadata.name} exists and belongs to ${controllerInWords(live)}, not to this ` +
      'ModelDeployment: delete or rename one of them',
  };
}
