import { isDeepStrictEqual } from 'node:util';
import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { Facts } from '../../domain/testing/facts.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Law } from './law.ts';

/**
 * Law 11: what a status says of the traffic is what was read back. The share that it calls applied stood in the route at a time that the
 * writer may have read, and was acknowledged then when it says so.
 */
export const saysWhatWasRead = (): Law => ({
  written: ({ write: { kind, object, previous }, before, after: { rollout }, earlier }) => {
    const traffic = trafficOf(object);
    if (kind !== 'ModelDeployment' || !traffic || !rollout || before.router !== 'weighted') return undefined;
    const isOfRollout = (object['status'] as ModelDeploymentStatus).rollout?.name === rollout.name;
    if (!isOfRollout || isDeepStrictEqual(traffic, trafficOf(previous))) return undefined;
    const { applied, acknowledged = false } = traffic;
    if (applied === undefined) return undefined;
    const saysSo = ({ shares, acknowledged: wasAcknowledged }: Facts) =>
      Math.abs((shares[rollout.spec.to.revision] ?? 0) - applied) < 0.1 && (wasAcknowledged || !acknowledged);
    for (const facts of [before, ...earlier()]) if (saysSo(facts)) return undefined;
    return `law 11: the status says ${applied}%${acknowledged ? ', acknowledged,' : ''} of ${rollout.name}, and the route never said so`;
  },
});

const trafficOf = (object: KubernetesObject | undefined) =>
  (object?.['status'] as ModelDeploymentStatus | undefined)?.traffic;
