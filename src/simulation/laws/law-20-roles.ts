import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { RolloutView } from '../../domain/world.ts';
import type { Law, SeenWrite } from './law.ts';

/**
 * Law 20: lost status loses no safety. The role of the stable revision goes to another one only by a record, or because the Deployment
 * of the former is gone, whatever was deleted of status and records meanwhile.
 */
export function rolesOnlyByRecord(): Law {
  let stable: string | undefined;
  /** Every revision that a record gave the role to, or left in it. */
  const givenTheRole = new Set<string>();
  const note = ({ after: { rollout } }: SeenWrite) => {
    if (rollout) for (const revision of inRole(rollout)) givenTheRole.add(revision);
  };
  return {
    happened: (seen) => {
      note(seen);
      if (seen.write.kind === 'ModelDeployment' && seen.write.previous === undefined) stable = undefined;
    },
    written: (seen) => {
      note(seen);
      if (seen.write.kind !== 'ModelDeployment') return undefined;
      const was = stable;
      stable = (seen.write.object['status'] as ModelDeploymentStatus | undefined)?.stable?.revision ?? was;
      if (was === undefined || stable === was || stable === undefined) return undefined;
      const isGone = seen.before.revisions[was] === undefined;
      return givenTheRole.has(stable) || isGone
        ? undefined
        : `law 20: ${stable} is the stable revision in the place of ${was}, and no record says so`;
    },
  };
}

function inRole({ spec, status }: RolloutView): string[] {
  return status.promotedAt === undefined ? [spec.from.revision] : [spec.from.revision, spec.to.revision];
}
